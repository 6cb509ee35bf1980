metadata description = 'The address of an Azure OpenAI account that exists: it need not be made of its name. Used by model.bicep alone.'

param accountName string

resource account 'Microsoft.CognitiveServices/accounts@2025-06-01' existing = {
  name: accountName
}

output endpoint string = account.properties.endpoint
