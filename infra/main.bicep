metadata description = 'All that Colophon needs on Azure, in one resource group. docs/deploy.md has the guide and the roles, docs/costs.md the costs.'

targetScope = 'subscription'

@description('Names the deployment; azd asks for it.')
@minLength(1)
@maxLength(40)
param environmentName string

@description('The region of all resources.')
param location string

@description('The app\'s name, which is also its address: <name>.azurewebsites.net. Empty for a made-up one.')
@maxLength(60)
param appName string = ''

@description('Added to what the other names are made from, where they are taken: by something deleted, for example, that Azure still keeps.')
param nameSuffix string = ''

@description('Memory of an instance, in MB. With 512, new knowledge replaces the old one before it is open.')
@allowed([512, 2048, 4096])
param instanceMemoryMB int = 2048

@description('The most instances at a time: what an attack can cost. Azure took no less than 40 until 2026, and may refuse a smaller number.')
@minValue(1)
@maxValue(1000)
param maximumInstanceCount int = 40

@description('Instances that are always there for visitors. Each costs money by the hour; none means cold starts.')
@minValue(0)
@maxValue(20)
param alwaysReadyInstances int = 0

@description('What the share for the generations may hold, in GiB.')
@minValue(1)
@maxValue(1024)
param shareQuotaGb int = 5

@description('Whether callers have to send one of the keys in the vault\'s secret api-keys.')
param requireApiKeys bool = false

@description('Other sites whose pages may ask, separated by commas.')
param allowedOrigins string = ''

@description('More settings of the app (docs/settings.md), as name and value. No secrets.')
param moreSettings { *: string } = {}

@description('Azure OpenAI: none, a new account, or one that exists.')
@allowed(['none', 'new', 'existing'])
param modelSource string = 'none'

@description('The account that exists: its name, and its resource group.')
param modelAccountName string = ''
param modelResourceGroupName string = ''

@description('How new deployments of models are billed and where they run.')
param modelDeploymentSku string = 'GlobalStandard'

@description('The deployment that words the answers. In an account that exists, only its name counts.')
param chatModel {
  deployment: string
  model: string
  version: string
  @description('In thousands of tokens a minute.')
  capacity: int
} = {
  deployment: 'chat'
  model: 'gpt-5.4-mini'
  version: '2026-03-17'
  capacity: 30
}

@description('The deployment that embeds, for languages other than English. Without a name, the model in the app does.')
param embeddingModel {
  deployment: string
  model: string
  version: string
  @description('In thousands of tokens a minute.')
  capacity: int
} = {
  deployment: ''
  model: 'text-embedding-3-small'
  version: '1'
  capacity: 30
}

@description('What telemetry may come to in a day, in GB, as text.')
param telemetryDailyCapGb string = '0.1'

@description('How long telemetry is kept. The first 90 days of Application Insights\' tables cost nothing.')
@minValue(30)
@maxValue(730)
param telemetryRetentionDays int = 30

@description('Who gets a mail when an alert fires; empty for no mail.')
param alertEmail string = ''

@description('Which alerts there are, of those in infra/modules/operations.bicep.')
param alerts string[] = ['answers-failing', 'self-test-failing']

@description('Whether storage, vault and model are reached over private endpoints alone.')
param isolateNetwork bool = false

@description('Addresses (or CIDR ranges) that may publish and read secrets while the network is isolated.')
param publisherAddresses string[] = []

@description('Who publishes generations and makes the function key: the one who deploys. azd fills it in.')
param principalId string = ''

@allowed(['User', 'Group', 'ServicePrincipal'])
param principalType string = 'User'

var token = uniqueString(subscription().id, environmentName, location, nameSuffix)
var tags = { 'azd-env-name': environmentName }
var names = {
  identity: 'id-${token}'
  workspace: 'log-${token}'
  component: 'appi-${token}'
  queryPack: 'qp-${token}'
  hostStorage: 'sthost${token}'
  dataStorage: 'stdata${token}'
  vault: 'kv-${token}'
  plan: 'plan-${token}'
  app: empty(appName) ? 'func-${token}' : appName
  network: 'vnet-${token}'
  model: modelSource == 'existing' ? modelAccountName : 'oai-${token}'
}
var embeddingDeployment = modelSource == 'none' ? '' : embeddingModel.deployment
var shareName = 'knowledge'
var packageContainerName = 'packages'

resource group 'Microsoft.Resources/resourceGroups@2025-04-01' = {
  name: 'rg-${environmentName}'
  location: location
  tags: tags
}

module identity 'modules/identity.bicep' = {
  scope: group
  params: { location: location, name: names.identity, tags: tags }
}

module monitoring 'modules/monitoring.bicep' = {
  scope: group
  params: {
    location: location
    tags: tags
    workspaceName: names.workspace
    componentName: names.component
    dailyCapGb: telemetryDailyCapGb
    retentionDays: telemetryRetentionDays
  }
}

module hostStorage 'modules/host-storage.bicep' = {
  scope: group
  params: {
    location: location
    name: names.hostStorage
    tags: tags
    packageContainerName: packageContainerName
    isolated: isolateNetwork
  }
}

module dataStorage 'modules/data-storage.bicep' = {
  scope: group
  params: {
    location: location
    name: names.dataStorage
    tags: tags
    shareName: shareName
    shareQuotaGb: shareQuotaGb
    isolated: isolateNetwork
    publisherAddresses: publisherAddresses
  }
}

module vault 'modules/key-vault.bicep' = {
  scope: group
  params: {
    location: location
    name: names.vault
    tags: tags
    dataAccountName: dataStorage.outputs.name
    isolated: isolateNetwork
    publisherAddresses: publisherAddresses
  }
}

module model 'modules/model.bicep' = {
  scope: group
  params: {
    source: modelSource
    location: location
    tags: tags
    accountName: names.model
    accountResourceGroupName: modelSource == 'existing' ? modelResourceGroupName : group.name
    deploymentSku: modelDeploymentSku
    chat: chatModel
    embedding: embeddingModel
    isolated: isolateNetwork
  }
}

module roles 'modules/roles.bicep' = {
  scope: group
  params: {
    hostStorageName: hostStorage.outputs.name
    dataStorageName: dataStorage.outputs.name
    vaultName: vault.outputs.name
    componentName: monitoring.outputs.componentName
    modelAccountName: model.outputs.accountName
    modelResourceGroupName: modelSource == 'existing' ? modelResourceGroupName : group.name
    appPrincipalId: identity.outputs.principalId
    publisherPrincipalId: principalId
    publisherPrincipalType: principalType
    publisherEmbeds: !empty(embeddingDeployment)
  }
}

module network 'modules/network.bicep' = {
  scope: group
  params: {
    location: location
    tags: tags
    name: names.network
    isolated: isolateNetwork
    endpoints: concat(
      [
        {
          targetId: hostStorage.outputs.id
          service: 'blob'
          zone: 'privatelink.blob.${environment().suffixes.storage}'
        }
        {
          targetId: hostStorage.outputs.id
          service: 'table'
          zone: 'privatelink.table.${environment().suffixes.storage}'
        }
        {
          targetId: dataStorage.outputs.id
          service: 'file'
          zone: 'privatelink.file.${environment().suffixes.storage}'
        }
        { targetId: vault.outputs.id, service: 'vault', zone: 'privatelink.vaultcore.azure.net' }
      ],
      modelSource == 'new'
        ? [{ targetId: model.outputs.id, service: 'account', zone: 'privatelink.openai.azure.com' }]
        : []
    )
  }
}

module app 'modules/app.bicep' = {
  scope: group
  params: {
    location: location
    tags: tags
    planName: names.plan
    appName: names.app
    serviceName: 'app'
    identityId: identity.outputs.id
    identityClientId: identity.outputs.clientId
    hostStorageName: hostStorage.outputs.name
    packageContainerName: packageContainerName
    dataStorageName: dataStorage.outputs.name
    shareName: shareName
    shareKeyReference: vault.outputs.shareKeyReference
    vaultName: vault.outputs.name
    componentName: monitoring.outputs.componentName
    modelEndpoint: model.outputs.endpoint
    chatDeployment: modelSource == 'none' ? '' : chatModel.deployment
    embeddingDeployment: embeddingDeployment
    subnetId: network.outputs.appSubnetId
    instanceMemoryMB: instanceMemoryMB
    maximumInstanceCount: maximumInstanceCount
    alwaysReadyInstances: alwaysReadyInstances
    requireApiKeys: requireApiKeys
    allowedOrigins: allowedOrigins
    moreSettings: moreSettings
  }
  // the app reads its package and its secrets as soon as it is there
  dependsOn: [roles]
}

module operations 'modules/operations.bicep' = {
  scope: group
  params: {
    location: location
    tags: tags
    componentId: monitoring.outputs.componentId
    queryPackName: names.queryPack
    alertEmail: alertEmail
    alerts: alerts
  }
}

// azd keeps these in its environment, where the hooks and `npm run ingest` find them
output AZURE_RESOURCE_GROUP string = group.name
output APP_NAME string = app.outputs.name
output APP_URL string = app.outputs.url
output VAULT_NAME string = vault.outputs.name
output DATA_STORAGE_NAME string = dataStorage.outputs.name
output EMBEDDINGS string = empty(embeddingDeployment) ? 'local' : 'azure'
output AZURE_OPENAI_ENDPOINT string = model.outputs.endpoint
output AZURE_OPENAI_EMBEDDING_DEPLOYMENT string = embeddingDeployment
output SNAPSHOT_URL string = dataStorage.outputs.shareUrl
