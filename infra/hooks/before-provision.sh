#!/usr/bin/env bash
# azd, before it makes anything in Azure: finds out what would fail, and says how to get past it.
set -euo pipefail
cd "$(dirname "$0")/../.."
# shellcheck source=infra/hooks/support.sh
. infra/hooks/support.sh

needed AZURE_ENV_NAME AZURE_LOCATION AZURE_SUBSCRIPTION_ID

check_sign_in() {
  command -v az >/dev/null || fail 'The Azure CLI (az) is not installed.' 'Its page "How to install the Azure CLI" has it for each system.'
  azure account show --output none 2>/dev/null ||
    fail "az cannot see the subscription $AZURE_SUBSCRIPTION_ID." 'Sign in with "az login", as the same account as with "azd auth login".'
}

check_region() {
  local regions
  regions=$(azure functionapp list-flexconsumption-locations --query '[].name' --output tsv) ||
    fail 'az cannot list the regions with Flex Consumption.' 'Update it with "az upgrade".'
  regions=$(printf '%s\n' "$regions" | tr '[:upper:]' '[:lower:]' | tr -d ' ')
  printf '%s\n' "$regions" | grep -qx "$AZURE_LOCATION" ||
    fail "There is no Flex Consumption in $AZURE_LOCATION." \
      'Take another region with "azd env set AZURE_LOCATION …", one of:' "$(printf '%s\n' "$regions" | sort | tr '\n' ' ')"
}

# what was deleted keeps its name for days
check_deleted() {
  local tagged="[?tags.\"azd-env-name\"=='$AZURE_ENV_NAME'].name" deleted
  [ -z "${NAME_SUFFIX:-}" ] || return 0
  if [ -z "$(azure keyvault list --query "$tagged" --output tsv)" ]; then
    deleted=$(azure keyvault list-deleted --resource-type vault \
      --query "[?properties.tags.\"azd-env-name\"=='$AZURE_ENV_NAME' && properties.location=='$AZURE_LOCATION'].name" --output tsv)
    [ -z "$deleted" ] || fail "The vault $deleted of an earlier deployment is deleted, and still has its name." \
      "Either give the name free:   az keyvault purge --name $deleted --location $AZURE_LOCATION" \
      'or take other names:         azd env set NAME_SUFFIX 2'
  fi
}

check_new_model() {
  local model=${CHAT_MODEL:-gpt-5.4-mini} version=${CHAT_MODEL_VERSION:-2026-03-17}
  local sku=${MODEL_SKU:-GlobalStandard} capacity=${CHAT_CAPACITY:-30} offered deleted free
  offered=$(azure cognitiveservices model list --location "$AZURE_LOCATION" \
    --query "[?model.name=='$model' && model.version=='$version'].model.skus[].name" --output tsv)
  printf '%s\n' "$offered" | grep -qx "$sku" ||
    fail "$AZURE_LOCATION does not offer $model, version $version, as $sku." \
      'Take another model (CHAT_MODEL, CHAT_MODEL_VERSION), another MODEL_SKU or another region with "azd env set",' \
      'or none: azd env set MODEL_SOURCE none'
  # an account that is there already has its share of the quota
  [ -z "$(azure cognitiveservices account list --query "[?tags.\"azd-env-name\"=='$AZURE_ENV_NAME'].name" --output tsv)" ] || return 0
  if [ -z "${NAME_SUFFIX:-}" ]; then
    deleted=$(azure cognitiveservices account list-deleted --query "[?tags.\"azd-env-name\"=='$AZURE_ENV_NAME' && location=='$AZURE_LOCATION'].name" --output tsv)
    [ -z "$deleted" ] || fail "The Azure OpenAI account $deleted of an earlier deployment is deleted, and still has its name." \
      "Either give the name free:   az cognitiveservices account purge --name $deleted --location $AZURE_LOCATION --resource-group rg-$AZURE_ENV_NAME" \
      'or take other names:         azd env set NAME_SUFFIX 2'
  fi
  free=$(azure cognitiveservices usage list --location "$AZURE_LOCATION" \
    --query "[?name.value=='OpenAI.$sku.$model'].[limit, currentValue]" --output tsv | awk 'NR == 1 { printf "%d", $1 - $2 }')
  [ "${free:-0}" -ge "$capacity" ] ||
    fail "Of $model, ${free:-0} thousand tokens a minute are left in $AZURE_LOCATION, and $capacity are wanted." \
      "Want less (azd env set CHAT_CAPACITY ${free:-0}), ask for more quota, or take another region or model."
}

check_existing_model() {
  needed MODEL_ACCOUNT MODEL_RESOURCE_GROUP
  local deployment
  for deployment in "${CHAT_DEPLOYMENT:-chat}" ${EMBEDDING_DEPLOYMENT:-}; do
    azure cognitiveservices account deployment show --name "$MODEL_ACCOUNT" --resource-group "$MODEL_RESOURCE_GROUP" \
      --deployment-name "$deployment" --output none 2>/dev/null ||
      fail "The Azure OpenAI account $MODEL_ACCOUNT ($MODEL_RESOURCE_GROUP) has no deployment $deployment." \
        'Set MODEL_ACCOUNT, MODEL_RESOURCE_GROUP and CHAT_DEPLOYMENT with "azd env set".'
  done
}

# the delegation of the app's subnet needs this provider, which no resource in the templates is of
check_network() {
  [ "$(azure provider show --namespace Microsoft.App --query registrationState --output tsv)" = Registered ] ||
    fail 'The subscription has not registered Microsoft.App, which an isolated network needs.' \
      'az provider register --namespace Microsoft.App --wait'
}

check_sign_in
check_region
check_deleted
case ${MODEL_SOURCE:-none} in
none) ;;
new) check_new_model ;;
existing) check_existing_model ;;
*) fail "MODEL_SOURCE is ${MODEL_SOURCE}." 'It has to be none, new or existing.' ;;
esac
[ "${ISOLATE_NETWORK:-false}" = false ] || check_network
say "Nothing is in the way of a deployment to $AZURE_LOCATION."
