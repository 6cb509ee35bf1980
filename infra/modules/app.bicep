metadata description = 'The app on a Flex Consumption plan: what it runs on, its settings, and the share that is mounted to it.'

param location string
param tags { *: string }
param planName string
param appName string

@description('The service in azure.yaml: azd finds the app by this name.')
param serviceName string

param identityId string
param identityClientId string
param hostStorageName string
param packageContainerName string
param dataStorageName string
param shareName string
param shareKeyReference string
param vaultName string
param componentName string
param modelEndpoint string
param chatDeployment string
param embeddingDeployment string

@description('The subnet that the app reaches out from; empty for the open network.')
param subnetId string

param instanceMemoryMB int
param maximumInstanceCount int
param alwaysReadyInstances int
param requireApiKeys bool
param allowedOrigins string

@description('More settings of the app, as name and value. Those below win; secrets belong into the vault.')
param moreSettings { *: string }

var mountPath = '/mounts/knowledge'

resource hostStorage 'Microsoft.Storage/storageAccounts@2025-06-01' existing = {
  name: hostStorageName
}

resource component 'Microsoft.Insights/components@2020-02-02' existing = {
  name: componentName
}

resource plan 'Microsoft.Web/serverfarms@2025-03-01' = {
  name: planName
  location: location
  tags: tags
  kind: 'functionapp'
  sku: { name: 'FC1', tier: 'FlexConsumption' }
  properties: { reserved: true }
}

resource app 'Microsoft.Web/sites@2025-03-01' = {
  name: appName
  location: location
  tags: union(tags, { 'azd-service-name': serviceName })
  kind: 'functionapp,linux'
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: { '${identityId}': {} }
  }
  properties: {
    serverFarmId: plan.id
    httpsOnly: true
    clientAffinityEnabled: false
    publicNetworkAccess: 'Enabled'
    keyVaultReferenceIdentity: identityId
    virtualNetworkSubnetId: empty(subnetId) ? null : subnetId
    siteConfig: {
      minTlsVersion: '1.2'
      scmMinTlsVersion: '1.2'
      ftpsState: 'Disabled'
      http20Enabled: true
    }
    functionAppConfig: {
      runtime: { name: 'node', version: '22' }
      deployment: {
        storage: {
          type: 'blobContainer'
          value: '${hostStorage.properties.primaryEndpoints.blob}${packageContainerName}'
          authentication: {
            type: 'UserAssignedIdentity'
            userAssignedIdentityResourceId: identityId
          }
        }
      }
      scaleAndConcurrency: {
        instanceMemoryMB: instanceMemoryMB
        maximumInstanceCount: maximumInstanceCount
        alwaysReady: alwaysReadyInstances == 0 ? [] : [{ name: 'http', instanceCount: alwaysReadyInstances }]
      }
    }
  }

  // deployments come with a token of Entra ID, never with a password
  resource scmPasswords 'basicPublishingCredentialsPolicies' = {
    name: 'scm'
    properties: { allow: false }
  }

  resource ftpPasswords 'basicPublishingCredentialsPolicies' = {
    name: 'ftp'
    properties: { allow: false }
  }

  // the whole set: what is not here is removed at the next deployment
  resource settings 'config' = {
    name: 'appsettings'
    properties: union(moreSettings, {
      // the host
      AzureWebJobsStorage__credential: 'managedidentity'
      AzureWebJobsStorage__clientId: identityClientId
      AzureWebJobsStorage__blobServiceUri: hostStorage.properties.primaryEndpoints.blob
      AzureWebJobsStorage__tableServiceUri: hostStorage.properties.primaryEndpoints.table
      APPLICATIONINSIGHTS_CONNECTION_STRING: component.properties.ConnectionString
      APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'ClientId=${identityClientId};Authorization=AAD'
      // the address without a path is the app's own page
      AzureWebJobsDisableHomepage: 'true'
      // onnxruntime would report to Microsoft
      ORT_DISABLE_TELEMETRY: '1'
      // what the mount takes its key from
      SHARE_KEY: shareKeyReference
      // the app; an empty value means unset
      AZURE_CLIENT_ID: identityClientId
      DATA_DIR: '/tmp/colophon'
      SNAPSHOT_DIR: mountPath
      SWAP: instanceMemoryMB < 2048 ? 'frugal' : 'beside'
      FUNCTION_KEY: '@Microsoft.KeyVault(VaultName=${vaultName};SecretName=function-key)'
      API_KEYS: requireApiKeys ? '@Microsoft.KeyVault(VaultName=${vaultName};SecretName=api-keys)' : ''
      ALLOWED_ORIGINS: allowedOrigins
      LLM: empty(modelEndpoint) ? 'extractive' : 'azure'
      AZURE_OPENAI_ENDPOINT: modelEndpoint
      AZURE_OPENAI_DEPLOYMENT: chatDeployment
      AZURE_OPENAI_EMBEDDING_DEPLOYMENT: embeddingDeployment
    })
  }

  resource mounts 'config' = {
    name: 'azurestorageaccounts'
    properties: {
      knowledge: {
        type: 'AzureFiles'
        protocol: 'Smb'
        accountName: dataStorageName
        shareName: shareName
        mountPath: mountPath
        // not the key, but the name of the setting that has it
        #disable-next-line use-secure-value-for-secure-inputs
        accessKey: '@AppSettingRef(SHARE_KEY)'
      }
    }
    dependsOn: [settings]
  }
}

output name string = app.name
output url string = 'https://${app.properties.defaultHostName}'
