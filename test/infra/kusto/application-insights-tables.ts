const common =
  "timestamp: datetime, itemType: string, itemId: string, itemCount: int, customDimensions: dynamic, customMeasurements: dynamic, " +
  "operation_Name: string, operation_Id: string, operation_ParentId: string, operation_SyntheticSource: string, " +
  "session_Id: string, user_Id: string, user_AuthenticatedId: string, user_AccountId: string, application_Version: string, " +
  "client_Type: string, client_Model: string, client_OS: string, client_IP: string, client_City: string, " +
  "client_StateOrProvince: string, client_CountryOrRegion: string, client_Browser: string, " +
  "cloud_RoleName: string, cloud_RoleInstance: string, appId: string, appName: string, iKey: string, sdkVersion: string";

const call =
  "id: string, name: string, success: string, resultCode: string, duration: real, performanceBucket: string";

const thrown = ["outer", "innermost"]
  .flatMap((which) => ["Type", "Message", "Method", "Assembly"].map((what) => `${which}${what}: string`))
  .join(", ");

/** The columns of each table, as queries see them whose scope is an Application Insights component. */
export const applicationInsightsTables: Readonly<Record<string, string>> = {
  requests: `${common}, ${call}, source: string, url: string`,
  dependencies: `${common}, ${call}, target: string, type: string, data: string`,
  traces: `${common}, message: string, severityLevel: int`,
  exceptions: `${common}, ${thrown}, problemId: string, handledAt: string, type: string, message: string, assembly: string, method: string, severityLevel: int, details: dynamic`,
  customEvents: `${common}, name: string`,
  customMetrics: `${common.replace("itemCount: int, ", "")}, name: string, value: real, valueCount: int, valueSum: real, valueMin: real, valueMax: real, valueStdDev: real`,
  availabilityResults: `${common}, id: string, name: string, location: string, success: string, message: string, size: real, duration: real, performanceBucket: string`,
};
