metadata description = 'What sends an alert, and to whom. A rule fires while its query finds rows.'

param location string
param tags { *: string }
param componentId string

@description('Who gets a mail; empty: then alerts are only seen in the portal.')
param email string

@description('KQL by name.')
param queries { *: string }

param rules {
  @description('The name of its query.')
  query: string
  title: string
  @description('From 0, critical, to 4.')
  severity: int
  @description('How often the query runs: an ISO 8601 duration.')
  every: string
  @description('How far back it sees: an ISO 8601 duration.')
  window: string
}[]

resource mails 'Microsoft.Insights/actionGroups@2023-01-01' = if (!empty(email)) {
  name: 'colophon'
  location: 'global'
  tags: tags
  properties: {
    enabled: true
    groupShortName: 'colophon'
    emailReceivers: [{ name: 'owner', emailAddress: email, useCommonAlertSchema: true }]
  }
}

resource alerts 'Microsoft.Insights/scheduledQueryRules@2023-12-01' = [
  for rule in rules: {
    name: rule.query
    location: location
    tags: tags
    kind: 'LogAlert'
    properties: {
      displayName: 'Colophon: ${rule.title}'
      severity: rule.severity
      enabled: true
      scopes: [componentId]
      evaluationFrequency: rule.every
      windowSize: rule.window
      // no telemetry has come yet when the rule is made
      skipQueryValidation: true
      autoMitigate: true
      criteria: {
        allOf: [
          {
            query: queries[rule.query]
            timeAggregation: 'Count'
            operator: 'GreaterThan'
            threshold: 0
            failingPeriods: { numberOfEvaluationPeriods: 1, minFailingPeriodsToAlert: 1 }
          }
        ]
      }
      actions: { actionGroups: empty(email) ? [] : [mails.id] }
    }
  }
]
