#!/usr/bin/env bash
# azd, when all resources are there: makes the secrets that do not exist yet, and publishes the knowledge.
set -euo pipefail
cd "$(dirname "$0")/../.."
# shellcheck source=infra/hooks/support.sh
. infra/hooks/support.sh

needed AZURE_SUBSCRIPTION_ID AZURE_RESOURCE_GROUP APP_NAME VAULT_NAME SNAPSHOT_URL

make_work_folder

# a role works minutes after it was given
ensure_secret() {
  local name=$1 said
  if said=$(azure keyvault secret show --vault-name "$VAULT_NAME" --name "$name" --query id --output tsv 2>&1); then
    return 0
  fi
  case $said in
  *SecretNotFound*) ;;
  *Forbidden* | *'not authorized'*) return "$not_yet" ;;
  *)
    printf '%s\n' "$said" >&2
    return 1
    ;;
  esac
  # in a file: arguments of a program can be seen by everybody on the machine
  head -c 32 /dev/urandom | od -An -tx1 | tr -d ' \n' >"$work/secret"
  [ "$(wc -c <"$work/secret")" -ge 64 ] || fail 'This machine gave no random bytes (/dev/urandom, od).' 'Run "azd provision" on another machine, or in WSL.'
  if said=$(azure keyvault secret set --vault-name "$VAULT_NAME" --name "$name" --file "$work/secret" --encoding utf-8 --output none 2>&1); then
    say "Made the secret $name in the vault $VAULT_NAME."
    made=true
    return 0
  fi
  case $said in
  *Forbidden*) return "$not_yet" ;;
  *'deleted but recoverable'* | *ObjectIsDeletedButRecoverable*)
    azure keyvault secret recover --vault-name "$VAULT_NAME" --name "$name" --output none || return 1
    return "$not_yet"
    ;;
  esac
  printf '%s\n' "$said" >&2
  return 1
}

made=false
secrets=function-key
[ "${REQUIRE_API_KEYS:-false}" = false ] || secrets='function-key api-keys'
for secret in $secrets; do
  code=0
  wait_until 'the role on the vault' ensure_secret "$secret" || code=$?
  case $code in
  0) ;;
  "$not_yet") fail "The vault $VAULT_NAME still refuses who deploys." \
    'Roles can take longer: run "azd provision" again in some minutes.' \
    'If it stays so: are you signed in to az and azd as the same account?' ;;
  *) fail "The secret $secret could not be made." 'What az said is above. "azd provision" goes on from here.' ;;
  esac
done

# otherwise the app would look for what its settings refer to only once a day
if $made; then
  azure rest --method post --output none --url \
    "/subscriptions/$AZURE_SUBSCRIPTION_ID/resourceGroups/$AZURE_RESOURCE_GROUP/providers/Microsoft.Web/sites/$APP_NAME/config/configreferences/appsettings/refresh?api-version=2022-03-01" ||
    say 'The app did not get its new secrets; the deployment does so too.'
fi

publish() {
  local code=0
  # as the user who is signed in here, not as the app; and over REST, whatever a developer has set for this machine
  env -u AZURE_CLIENT_ID -u SNAPSHOT_DIR -u SNAPSHOT_CONNECTION_STRING LOCAL_SETTINGS=off \
    npm run --silent ingest </dev/null >"$work/out" 2>"$work/err" || code=$?
  case $code in
  0 | 2)
    cat "$work/out"
    cat "$work/err" >&2
    return 0
    ;;
  esac
  # of the share, and of the model that embeds
  if grep -qE 'access is denied|does not accept the key or the identity' "$work/err"; then return "$not_yet"; fi
  cat "$work/out" "$work/err" >&2
  return 1
}

code=0
wait_until 'the roles of who publishes' publish || code=$?
case $code in
0) say "Published to $SNAPSHOT_URL." ;;
"$not_yet") cat "$work/err" >&2
  fail 'The share, or the model that embeds, still refuses who publishes.' \
    'Roles can take longer: run "azd provision" again in some minutes.' \
    'With an isolated network: is the address of this machine in PUBLISHER_ADDRESSES?' ;;
*) fail 'The knowledge could not be published.' 'What the ingest said is above. "azd provision" goes on from here.' ;;
esac
