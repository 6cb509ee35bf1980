metadata description = 'Azure OpenAI: an account of its own with its deployments, one that exists, or none.'

@description('Which account: new, existing or none.')
@allowed(['none', 'new', 'existing'])
param source string

param location string
param tags { *: string }

@description('The account\'s name, which is also the first part of a new one\'s address.')
param accountName string

@description('Where an existing account is.')
param accountResourceGroupName string

@description('How the deployments are billed and where they run, for example GlobalStandard.')
param deploymentSku string

@description('The deployment that words the answers.')
param chat {
  deployment: string
  model: string
  version: string
  @description('In thousands of tokens a minute.')
  capacity: int
}

@description('The deployment that embeds. Without a name there is none.')
param embedding {
  deployment: string
  model: string
  version: string
  @description('In thousands of tokens a minute.')
  capacity: int
}

@description('Reached over private endpoints alone.')
param isolated bool

resource account 'Microsoft.CognitiveServices/accounts@2025-06-01' = if (source == 'new') {
  name: accountName
  location: location
  tags: tags
  kind: 'OpenAI'
  sku: { name: 'S0' }
  properties: {
    customSubDomainName: accountName
    // no keys: the app's identity asks
    disableLocalAuth: true
    publicNetworkAccess: isolated ? 'Disabled' : 'Enabled'
    networkAcls: { defaultAction: isolated ? 'Deny' : 'Allow' }
  }
}

resource chatDeployment 'Microsoft.CognitiveServices/accounts/deployments@2025-06-01' = if (source == 'new') {
  parent: account
  name: chat.deployment
  sku: { name: deploymentSku, capacity: chat.capacity }
  properties: {
    model: { format: 'OpenAI', name: chat.model, version: chat.version }
    versionUpgradeOption: 'OnceCurrentVersionExpired'
  }
}

resource embeddingDeployment 'Microsoft.CognitiveServices/accounts/deployments@2025-06-01' = if (source == 'new' && !empty(embedding.deployment)) {
  parent: account
  name: embedding.deployment
  sku: { name: deploymentSku, capacity: embedding.capacity }
  properties: {
    model: { format: 'OpenAI', name: embedding.model, version: embedding.version }
    // another version would make other vectors of the same text
    versionUpgradeOption: 'NoAutoUpgrade'
  }
  // an account makes one deployment at a time
  dependsOn: [chatDeployment]
}

module existing 'existing-model.bicep' = if (source == 'existing') {
  scope: resourceGroup(accountResourceGroupName)
  params: { accountName: accountName }
}

output accountName string = source == 'none' ? '' : accountName
output endpoint string = source == 'none'
  ? ''
  : source == 'existing' ? existing!.outputs.endpoint : 'https://${accountName}.openai.azure.com'
output id string = source == 'new' ? account.id : ''
