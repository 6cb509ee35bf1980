using 'main.bicep'

// each is set with `azd env set NAME value`; docs/deploy.md lists those that matter
param environmentName = readEnvironmentVariable('AZURE_ENV_NAME', 'colophon')
param location = readEnvironmentVariable('AZURE_LOCATION', '')
param principalId = readEnvironmentVariable('AZURE_PRINCIPAL_ID', '')
param principalType = readEnvironmentVariable('AZURE_PRINCIPAL_TYPE', 'User')
param appName = readEnvironmentVariable('APP_NAME', '')
param nameSuffix = readEnvironmentVariable('NAME_SUFFIX', '')
param instanceMemoryMB = any(int(readEnvironmentVariable('INSTANCE_MEMORY_MB', '2048')))
param maximumInstanceCount = int(readEnvironmentVariable('MAXIMUM_INSTANCES', '40'))
param alwaysReadyInstances = int(readEnvironmentVariable('ALWAYS_READY_INSTANCES', '0'))
param requireApiKeys = bool(readEnvironmentVariable('REQUIRE_API_KEYS', 'false'))
param allowedOrigins = readEnvironmentVariable('ALLOWED_ORIGINS', '')
param moreSettings = json(readEnvironmentVariable('MORE_SETTINGS', '{}'))
param modelSource = readEnvironmentVariable('MODEL_SOURCE', 'none')
param modelAccountName = readEnvironmentVariable('MODEL_ACCOUNT', '')
param modelResourceGroupName = readEnvironmentVariable('MODEL_RESOURCE_GROUP', '')
param chatModel = {
  deployment: readEnvironmentVariable('CHAT_DEPLOYMENT', 'chat')
  model: readEnvironmentVariable('CHAT_MODEL', 'gpt-5.4-mini')
  version: readEnvironmentVariable('CHAT_MODEL_VERSION', '2026-03-17')
  capacity: int(readEnvironmentVariable('CHAT_CAPACITY', '30'))
}
param embeddingModel = {
  deployment: readEnvironmentVariable('EMBEDDING_DEPLOYMENT', '')
  model: readEnvironmentVariable('EMBEDDING_MODEL', 'text-embedding-3-small')
  version: readEnvironmentVariable('EMBEDDING_MODEL_VERSION', '1')
  capacity: int(readEnvironmentVariable('EMBEDDING_CAPACITY', '30'))
}
param modelDeploymentSku = readEnvironmentVariable('MODEL_SKU', 'GlobalStandard')
param alertEmail = readEnvironmentVariable('ALERT_EMAIL', '')
// an empty one is none; blanks after the commas are nothing
param alerts = filter(
  map(split(readEnvironmentVariable('ALERTS', 'answers-failing,self-test-failing'), ','), name => trim(name)),
  name => !empty(name)
)
param telemetryDailyCapGb = readEnvironmentVariable('TELEMETRY_DAILY_CAP_GB', '0.1')
param isolateNetwork = bool(readEnvironmentVariable('ISOLATE_NETWORK', 'false'))
param publisherAddresses = json(readEnvironmentVariable('PUBLISHER_ADDRESSES', '[]'))
