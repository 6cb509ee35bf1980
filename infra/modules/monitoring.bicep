metadata description = 'Where telemetry goes: Application Insights on a Log Analytics workspace.'

param location string
param tags { *: string }
param workspaceName string
param componentName string

@description('What a day may send at most, in GB; the rest of that day is dropped. A number as text: Bicep has no fractions.')
param dailyCapGb string

@minValue(30)
@maxValue(730)
param retentionDays int

resource workspace 'Microsoft.OperationalInsights/workspaces@2025-07-01' = {
  name: workspaceName
  location: location
  tags: tags
  properties: {
    sku: { name: 'PerGB2018' }
    retentionInDays: retentionDays
    workspaceCapping: { dailyQuotaGb: json(dailyCapGb) }
    features: {
      // keys of the workspace do not open it
      disableLocalAuth: true
      enableLogAccessUsingOnlyResourcePermissions: true
    }
  }
}

resource component 'Microsoft.Insights/components@2020-02-02' = {
  name: componentName
  location: location
  tags: tags
  kind: 'web'
  properties: {
    Application_Type: 'web'
    WorkspaceResourceId: workspace.id
    // its connection string alone does not let a caller write: the app's identity does
    DisableLocalAuth: true
    RetentionInDays: retentionDays
  }
}

output componentName string = component.name
output componentId string = component.id
