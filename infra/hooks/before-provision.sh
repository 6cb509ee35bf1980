#!/usr/bin/env bash
# azd, before it makes anything in Azure: finds out what would fail, and says how to get past it.
set -euo pipefail
cd "$(dirname "$0")/../.."
# shellcheck source=infra/hooks/support.sh
. infra/hooks/support.sh

needed AZURE_ENV_NAME AZURE_LOCATION AZURE_SUBSCRIPTION_ID

check_sign_in() {
  command -v az >/dev/null || fail 'The Azure CLI (az) is not installed.' 'Its page "How to install the Azure CLI" has it for each system.'
  azure account show --output none ||
    fail "az cannot see the subscription $AZURE_SUBSCRIPTION_ID." 'Sign in with "az login", as the same account as with "azd auth login".'
}

check_region() {
  local regions
  regions=$(look 'the regions with Flex Consumption' functionapp list-flexconsumption-locations --query '[].name' --output tsv)
  regions=$(printf '%s\n' "$regions" | tr '[:upper:]' '[:lower:]' | tr -d ' ')
  printf '%s\n' "$regions" | grep -qx "$AZURE_LOCATION" ||
    fail "There is no Flex Consumption in $AZURE_LOCATION." \
      'Take another region with "azd env set AZURE_LOCATION …", one of:' "$(printf '%s\n' "$regions" | sort | tr '\n' ' ')"
}

# what was deleted keeps its name for days
check_deleted() {
  local tagged="[?tags.\"azd-env-name\"=='$AZURE_ENV_NAME'].name" there deleted
  [ -z "${NAME_SUFFIX:-}" ] || return 0
  there=$(look 'the vaults of the subscription' keyvault list --query "$tagged" --output tsv)
  [ -z "$there" ] || return 0
  deleted=$(look 'the deleted vaults' keyvault list-deleted --resource-type vault \
    --query "[?properties.tags.\"azd-env-name\"=='$AZURE_ENV_NAME' && properties.location=='$AZURE_LOCATION'].name" --output tsv)
  [ -z "$deleted" ] || fail "The vault $deleted of an earlier deployment is deleted, and still has its name." \
    "Either give the name free:   az keyvault purge --name $deleted --location $AZURE_LOCATION" \
    'or take other names:         azd env set NAME_SUFFIX 2'
}

# meter_of MODEL VERSION SKU: the name of the quota that a deployment takes from; nothing where the region offers no such one
meter_of() {
  # a model is listed once for each kind of account
  look "the models of $AZURE_LOCATION" cognitiveservices model list --location "$AZURE_LOCATION" --output tsv \
    --query "[?model.name=='$1' && model.version=='$2'].model.skus[] | [?name=='$3'].usageName" | sort -u
}

# check_quota MODEL CAPACITY METER SETTING
check_quota() {
  local numbers free
  numbers=$(look "the quota of $1" cognitiveservices usage list --location "$AZURE_LOCATION" \
    --query "[?name.value=='$3'].[limit, currentValue]" --output tsv)
  free=$(printf '%s\n' "$numbers" | awk 'NR == 1 { printf "%d", $1 - $2 }')
  [ "${free:-0}" -ge "$2" ] ||
    fail "Of $1, ${free:-0} thousand tokens a minute are left in $AZURE_LOCATION, and $2 are wanted." \
      "Want less (azd env set $4 ${free:-0}), ask for more quota, or take another region or model."
}

check_alerts() {
  local known name
  known=$(sed -n "/^var rules/,/^}/s/^  '\(.*\)': .*/\1/p" infra/modules/operations.bicep)
  for name in $(printf %s "${ALERTS:-}" | tr , " "); do
    printf '%s\n' "$known" | grep -qx -- "$name" ||
      fail "ALERTS has $name, which is no alert." "Set it with \"azd env set ALERTS …\" to some of these, with commas between:" "$(printf '%s\n' "$known" | tr '\n' ' ')"
  done
}

check_new_model() {
  local sku=${MODEL_SKU:-GlobalStandard} chat=${CHAT_MODEL:-gpt-5.4-mini} embedding=${EMBEDDING_MODEL:-text-embedding-3-small}
  local version=${CHAT_MODEL_VERSION:-2026-03-17} embedding_version=${EMBEDDING_MODEL_VERSION:-1}
  local meter embedding_meter='' there deleted
  meter=$(meter_of "$chat" "$version" "$sku")
  [ -n "$meter" ] ||
    fail "$AZURE_LOCATION does not offer $chat, version $version, as $sku." \
      'Take another model (CHAT_MODEL, CHAT_MODEL_VERSION), another MODEL_SKU or another region with "azd env set",' \
      'or none: azd env set MODEL_SOURCE none'
  if [ -n "${EMBEDDING_DEPLOYMENT:-}" ]; then
    embedding_meter=$(meter_of "$embedding" "$embedding_version" "$sku")
    [ -n "$embedding_meter" ] ||
      fail "$AZURE_LOCATION does not offer $embedding, version $embedding_version, as $sku." \
        'Take another one (EMBEDDING_MODEL, EMBEDDING_MODEL_VERSION), another MODEL_SKU or another region with "azd env set",' \
        'or the one in the app: azd env set EMBEDDING_DEPLOYMENT ""'
  fi
  # an account that is there already has its share of the quota
  there=$(look 'the model accounts of the subscription' cognitiveservices account list --query "[?tags.\"azd-env-name\"=='$AZURE_ENV_NAME'].name" --output tsv)
  [ -z "$there" ] || return 0
  if [ -z "${NAME_SUFFIX:-}" ]; then
    deleted=$(look 'the deleted model accounts' cognitiveservices account list-deleted \
      --query "[?tags.\"azd-env-name\"=='$AZURE_ENV_NAME' && location=='$AZURE_LOCATION'].name" --output tsv)
    [ -z "$deleted" ] || fail "The Azure OpenAI account $deleted of an earlier deployment is deleted, and still has its name." \
      "Either give the name free:   az cognitiveservices account purge --name $deleted --location $AZURE_LOCATION --resource-group rg-$AZURE_ENV_NAME" \
      'or take other names:         azd env set NAME_SUFFIX 2'
  fi
  check_quota "$chat" "${CHAT_CAPACITY:-30}" "$meter" CHAT_CAPACITY
  [ -z "$embedding_meter" ] || check_quota "$embedding" "${EMBEDDING_CAPACITY:-30}" "$embedding_meter" EMBEDDING_CAPACITY
}

check_existing_model() {
  needed MODEL_ACCOUNT MODEL_RESOURCE_GROUP
  local deployment
  for deployment in "${CHAT_DEPLOYMENT:-chat}" ${EMBEDDING_DEPLOYMENT:-}; do
    azure cognitiveservices account deployment show --name "$MODEL_ACCOUNT" --resource-group "$MODEL_RESOURCE_GROUP" \
      --deployment-name "$deployment" --output none ||
      fail "No deployment $deployment can be seen in the Azure OpenAI account $MODEL_ACCOUNT ($MODEL_RESOURCE_GROUP)." \
        'What az said is above. Set MODEL_ACCOUNT, MODEL_RESOURCE_GROUP and CHAT_DEPLOYMENT with "azd env set".'
  done
}

# the delegation of the app's subnet needs this provider, which no resource in the templates is of
check_network() {
  local state
  state=$(look 'the providers of the subscription' provider show --namespace Microsoft.App --query registrationState --output tsv)
  [ "$state" = Registered ] ||
    fail 'The subscription has not registered Microsoft.App, which an isolated network needs.' \
      'az provider register --namespace Microsoft.App --wait'
}

check_sign_in
check_alerts
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
