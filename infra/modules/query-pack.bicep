metadata description = 'The queries, to be picked and run in the portal.'

param location string
param name string
param tags { *: string }

@description('KQL by name.')
param queries { *: string }

resource pack 'Microsoft.OperationalInsights/queryPacks@2025-07-01' = {
  name: name
  location: location
  tags: tags
  properties: {}

  resource entries 'queries' = [
    for query in items(queries): {
      name: guid(name, query.key)
      properties: {
        displayName: 'Colophon: ${replace(query.key, '-', ' ')}'
        body: query.value
        related: {
          categories: ['applications']
          resourceTypes: ['microsoft.insights/components']
        }
      }
    }
  ]
}
