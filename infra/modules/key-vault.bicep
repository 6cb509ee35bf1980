metadata description = 'The vault for the few secrets there are. Settings of the app refer to them.'

param location string
param name string
param tags { *: string }
param dataAccountName string

@description('Reached over private endpoints, and from the publishers\' addresses, alone.')
param isolated bool

@description('Addresses (or CIDR ranges) that may read and write secrets while the network is isolated.')
param publisherAddresses string[]

resource dataAccount 'Microsoft.Storage/storageAccounts@2025-06-01' existing = {
  name: dataAccountName
}

resource vault 'Microsoft.KeyVault/vaults@2025-05-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    tenantId: tenant().tenantId
    sku: { family: 'A', name: 'standard' }
    enableRbacAuthorization: true
    enableSoftDelete: true
    softDeleteRetentionInDays: 7
    publicNetworkAccess: isolated && empty(publisherAddresses) ? 'Disabled' : 'Enabled'
    networkAcls: {
      bypass: 'None'
      defaultAction: isolated ? 'Deny' : 'Allow'
      ipRules: [for address in publisherAddresses: { value: address }]
    }
  }

  resource shareKey 'secrets' = {
    name: 'share-key'
    properties: {
      contentType: 'account key of the data storage, for the mount'
      value: dataAccount.listKeys().keys[0].value
    }
  }
}

output name string = vault.name
output id string = vault.id
output shareKeyReference string = '@Microsoft.KeyVault(SecretUri=${vault.properties.vaultUri}secrets/share-key)'
