metadata description = 'What is asked of the telemetry: alerts, a page of plots, and the queries themselves. All of it is made from queries/*.kql.'

param location string
param tags { *: string }
param componentId string
param queryPackName string
param alertEmail string

@description('Which of the alerts below there are.')
param alerts string[]

var queries = {
  'alert-answers-failing': loadTextContent('../queries/alert-answers-failing.kql')
  'alert-answers-slow': loadTextContent('../queries/alert-answers-slow.kql')
  'alert-model-failing': loadTextContent('../queries/alert-model-failing.kql')
  'alert-self-test-failing': loadTextContent('../queries/alert-self-test-failing.kql')
  'answers-by-mode': loadTextContent('../queries/answers-by-mode.kql')
  'cold-starts': loadTextContent('../queries/cold-starts.kql')
  'cost-by-day': loadTextContent('../queries/cost-by-day.kql')
  'engine-restarts': loadTextContent('../queries/engine-restarts.kql')
  'errors-by-kind': loadTextContent('../queries/errors-by-kind.kql')
  feedback: loadTextContent('../queries/feedback.kql')
  'one-request': loadTextContent('../queries/one-request.kql')
  refusals: loadTextContent('../queries/refusals.kql')
  'self-test-history': loadTextContent('../queries/self-test-history.kql')
  'slow-steps': loadTextContent('../queries/slow-steps.kql')
  'waiting-time': loadTextContent('../queries/waiting-time.kql')
}

// every: how often the query runs; window: how far back it sees. Rules that run less often than every 15 minutes cost no less
var rules = {
  'answers-failing': { title: 'answers fail', severity: 1, every: 'PT15M', window: 'PT15M' }
  'self-test-failing': { title: 'the self-test fails', severity: 1, every: 'PT15M', window: 'P2D' }
  'answers-slow': { title: 'visitors wait', severity: 2, every: 'PT15M', window: 'PT1H' }
  'model-failing': { title: 'the model fails', severity: 2, every: 'PT15M', window: 'PT1H' }
}

module queryPack 'query-pack.bicep' = {
  params: {
    location: location
    tags: tags
    name: queryPackName
    queries: queries
  }
}

module workbook 'workbook.bicep' = {
  params: {
    location: location
    tags: tags
    componentId: componentId
    queries: queries
  }
}

module alertRules 'alerts.bicep' = {
  params: {
    location: location
    tags: tags
    componentId: componentId
    email: alertEmail
    queries: queries
    rules: map(alerts, alert => union(rules[alert], { query: 'alert-${alert}' }))
  }
}
