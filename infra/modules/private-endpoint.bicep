metadata description = 'A resource\'s address inside the network, and the name that leads there.'

param location string
param tags { *: string }
param networkId string
param subnetId string

param name string

@description('The resource that is reached.')
param targetId string

@description('Which of its services: blob, table, file, vault or account.')
param service string

@description('The private DNS zone of that service.')
param zoneName string

resource endpoint 'Microsoft.Network/privateEndpoints@2025-05-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    subnet: { id: subnetId }
    privateLinkServiceConnections: [
      { name: name, properties: { privateLinkServiceId: targetId, groupIds: [service] } }
    ]
  }

  resource names 'privateDnsZoneGroups' = {
    name: 'default'
    properties: {
      privateDnsZoneConfigs: [{ name: 'zone', properties: { privateDnsZoneId: zone.id } }]
    }
  }
}

resource zone 'Microsoft.Network/privateDnsZones@2024-06-01' = {
  name: zoneName
  location: 'global'
  tags: tags

  resource link 'virtualNetworkLinks' = {
    name: 'network'
    location: 'global'
    properties: {
      registrationEnabled: false
      virtualNetwork: { id: networkId }
    }
  }
}
