metadata description = 'Every role assignment, each on one resource. docs/deploy.md says what each is for.'

param hostStorageName string
param dataStorageName string
param vaultName string
param componentName string

@description('The Azure OpenAI account; empty for none.')
param modelAccountName string
param modelResourceGroupName string

@description('The app\'s identity.')
param appPrincipalId string

@description('Who publishes: the person or pipeline that deploys. Empty: no one.')
param publisherPrincipalId string

@allowed(['User', 'Group', 'ServicePrincipal'])
param publisherPrincipalType string

@description('Whether who publishes asks the model for embeddings.')
param publisherEmbeds bool

var roles = {
  'Storage Blob Data Owner': 'b7e6dc6d-f1e8-4753-8033-0f276bb0955b'
  'Storage Table Data Contributor': '0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3'
  'Monitoring Metrics Publisher': '3913510d-42f4-4e42-8a64-420c390055eb'
  'Key Vault Secrets User': '4633458b-17de-408a-b874-0445c86b69e6'
  'Key Vault Secrets Officer': 'b86a8fe4-44ce-4948-aee5-eccb2c155cd7'
  'Storage File Data Privileged Contributor': '69566ab7-960f-475b-8e7c-b3118f30c6bd'
  'Cognitive Services OpenAI User': '5e0bd9bd-7b93-4f28-af87-19fc36ad61bd'
}

resource hostStorage 'Microsoft.Storage/storageAccounts@2025-06-01' existing = {
  name: hostStorageName
}

resource dataStorage 'Microsoft.Storage/storageAccounts@2025-06-01' existing = {
  name: dataStorageName
}

resource vault 'Microsoft.KeyVault/vaults@2025-05-01' existing = {
  name: vaultName
}

resource component 'Microsoft.Insights/components@2020-02-02' existing = {
  name: componentName
}

resource appOnHostBlobs 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: hostStorage
  name: guid(hostStorage.id, appPrincipalId, roles['Storage Blob Data Owner'])
  properties: {
    roleDefinitionId: subscriptionResourceId(
      'Microsoft.Authorization/roleDefinitions',
      roles['Storage Blob Data Owner']
    )
    principalId: appPrincipalId
    principalType: 'ServicePrincipal'
  }
}

resource appOnHostTables 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: hostStorage
  name: guid(hostStorage.id, appPrincipalId, roles['Storage Table Data Contributor'])
  properties: {
    roleDefinitionId: subscriptionResourceId(
      'Microsoft.Authorization/roleDefinitions',
      roles['Storage Table Data Contributor']
    )
    principalId: appPrincipalId
    principalType: 'ServicePrincipal'
  }
}

resource appOnTelemetry 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: component
  name: guid(component.id, appPrincipalId, roles['Monitoring Metrics Publisher'])
  properties: {
    roleDefinitionId: subscriptionResourceId(
      'Microsoft.Authorization/roleDefinitions',
      roles['Monitoring Metrics Publisher']
    )
    principalId: appPrincipalId
    principalType: 'ServicePrincipal'
  }
}

resource appOnSecrets 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: vault
  name: guid(vault.id, appPrincipalId, roles['Key Vault Secrets User'])
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles['Key Vault Secrets User'])
    principalId: appPrincipalId
    principalType: 'ServicePrincipal'
  }
}

resource publisherOnShare 'Microsoft.Authorization/roleAssignments@2022-04-01' = if (!empty(publisherPrincipalId)) {
  // the account, which holds nothing else: a share is called differently by templates and by those who ask for files
  scope: dataStorage
  name: guid(dataStorage.id, publisherPrincipalId, roles['Storage File Data Privileged Contributor'])
  properties: {
    roleDefinitionId: subscriptionResourceId(
      'Microsoft.Authorization/roleDefinitions',
      roles['Storage File Data Privileged Contributor']
    )
    principalId: publisherPrincipalId
    principalType: publisherPrincipalType
  }
}

resource publisherOnSecrets 'Microsoft.Authorization/roleAssignments@2022-04-01' = if (!empty(publisherPrincipalId)) {
  scope: vault
  name: guid(vault.id, publisherPrincipalId, roles['Key Vault Secrets Officer'])
  properties: {
    roleDefinitionId: subscriptionResourceId(
      'Microsoft.Authorization/roleDefinitions',
      roles['Key Vault Secrets Officer']
    )
    principalId: publisherPrincipalId
    principalType: publisherPrincipalType
  }
}

// modules only because an account that exists may lie in another resource group
module appOnModel 'role-on-model.bicep' = if (!empty(modelAccountName)) {
  scope: resourceGroup(modelResourceGroupName)
  params: {
    accountName: modelAccountName
    principalId: appPrincipalId
    principalType: 'ServicePrincipal'
    roleId: roles['Cognitive Services OpenAI User']
  }
}

module publisherOnModel 'role-on-model.bicep' = if (publisherEmbeds && !empty(modelAccountName) && !empty(publisherPrincipalId)) {
  scope: resourceGroup(modelResourceGroupName)
  params: {
    accountName: modelAccountName
    principalId: publisherPrincipalId
    principalType: publisherPrincipalType
    roleId: roles['Cognitive Services OpenAI User']
  }
}
