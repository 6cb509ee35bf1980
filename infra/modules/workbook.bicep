metadata description = 'The plots, in one page of the portal.'

param location string
param tags { *: string }
param componentId string

@description('KQL by name.')
param queries { *: string }

// in the file, "@name" stands for a whole query: its text is put there as JSON, which string([text]) makes of it
var content = reduce(
  items(queries),
  loadTextContent('../workbook.json'),
  (text, query) =>
    replace(text, '"@${query.key}"', skip(take(string([query.value]), length(string([query.value])) - 1), 1))
)

resource workbook 'Microsoft.Insights/workbooks@2023-06-01' = {
  name: guid(resourceGroup().id, 'colophon')
  location: location
  tags: tags
  kind: 'shared'
  properties: {
    displayName: 'Colophon'
    category: 'workbook'
    sourceId: componentId
    serializedData: content
  }
}
