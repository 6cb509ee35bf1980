metadata description = 'An isolated deployment\'s network: a subnet for the app, and one for the endpoints of what it uses. Nothing, where it is not isolated.'

param location string
param name string
param tags { *: string }
param isolated bool

@description('What is reached from inside.')
param endpoints {
  @description('The resource.')
  targetId: string
  @description('Which of its services: blob, table, file, vault or account.')
  service: string
  @description('The private DNS zone of that service.')
  zone: string
}[]

var reached = isolated ? endpoints : []

resource network 'Microsoft.Network/virtualNetworks@2025-05-01' = if (isolated) {
  name: name
  location: location
  tags: tags
  properties: {
    addressSpace: { addressPrefixes: ['10.0.0.0/24'] }
    subnets: [
      {
        name: 'app'
        properties: {
          addressPrefix: '10.0.0.0/26'
          // what Flex Consumption asks for, whatever its name says
          delegations: [{ name: 'flex', properties: { serviceName: 'Microsoft.App/environments' } }]
        }
      }
      { name: 'endpoints', properties: { addressPrefix: '10.0.0.64/26' } }
    ]
  }
}

module privateEndpoints 'private-endpoint.bicep' = [
  for endpoint in reached: {
    params: {
      location: location
      tags: tags
      name: 'pe-${endpoint.service}-${name}'
      networkId: network.id
      subnetId: '${network.id}/subnets/endpoints'
      targetId: endpoint.targetId
      service: endpoint.service
      zoneName: endpoint.zone
    }
  }
]

output appSubnetId string = isolated ? '${network.id}/subnets/app' : ''
