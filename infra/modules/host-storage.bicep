metadata description = 'The storage account of the Functions host: packages, timer leases, its diagnoses. It has no keys.'

param location string
param name string
param tags { *: string }
param packageContainerName string

@description('Reached over private endpoints alone.')
param isolated bool

resource account 'Microsoft.Storage/storageAccounts@2025-06-01' = {
  name: name
  location: location
  tags: tags
  kind: 'StorageV2'
  sku: { name: 'Standard_LRS' }
  properties: {
    allowSharedKeyAccess: false
    defaultToOAuthAuthentication: true
    allowBlobPublicAccess: false
    allowCrossTenantReplication: false
    minimumTlsVersion: 'TLS1_2'
    supportsHttpsTrafficOnly: true
    publicNetworkAccess: isolated ? 'Disabled' : 'Enabled'
    networkAcls: { bypass: 'None', defaultAction: isolated ? 'Deny' : 'Allow' }
  }

  resource blobs 'blobServices' = {
    name: 'default'

    resource packages 'containers' = {
      name: packageContainerName
    }
  }
}

output name string = account.name
output id string = account.id
