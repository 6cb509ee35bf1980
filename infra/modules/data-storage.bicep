metadata description = 'The share where publishers and the app meet, in an account of its own: a mount takes nothing but an account key.'

param location string
param name string
param tags { *: string }
param shareName string

@description('What the share may hold, in GiB.')
@minValue(1)
@maxValue(1024)
param shareQuotaGb int

@description('Reached over private endpoints, and from the publishers\' addresses, alone.')
param isolated bool

@description('Addresses (or CIDR ranges) that may publish while the network is isolated.')
param publisherAddresses string[]

resource account 'Microsoft.Storage/storageAccounts@2025-06-01' = {
  name: name
  location: location
  // the tag asks Azure's security baseline to leave the key on
  tags: union(tags, { 'Az.Sec.DisableLocalAuth.Storage::Skip': 'a mounted share needs the account key' })
  kind: 'StorageV2'
  sku: { name: 'Standard_LRS' }
  properties: {
    allowSharedKeyAccess: true
    defaultToOAuthAuthentication: true
    allowBlobPublicAccess: false
    allowCrossTenantReplication: false
    minimumTlsVersion: 'TLS1_2'
    supportsHttpsTrafficOnly: true
    publicNetworkAccess: isolated && empty(publisherAddresses) ? 'Disabled' : 'Enabled'
    networkAcls: {
      bypass: 'None'
      defaultAction: isolated ? 'Deny' : 'Allow'
      ipRules: [for address in publisherAddresses: { value: address, action: 'Allow' }]
    }
  }

  resource files 'fileServices' = {
    name: 'default'
    properties: {
      shareDeleteRetentionPolicy: { enabled: true, days: 7 }
    }

    resource share 'shares' = {
      name: shareName
      properties: {
        // billed for what is stored; the cheapest tier for many small requests on little data
        accessTier: 'TransactionOptimized'
        enabledProtocols: 'SMB'
        shareQuota: shareQuotaGb
      }
    }
  }
}

output name string = account.name
output id string = account.id
output shareUrl string = '${account.properties.primaryEndpoints.file}${shareName}'
