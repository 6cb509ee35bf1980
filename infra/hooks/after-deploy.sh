#!/usr/bin/env bash
# azd, when the app is deployed: asks it as a visitor would, and says where it is.
set -euo pipefail
cd "$(dirname "$0")/../.."
# shellcheck source=infra/hooks/support.sh
. infra/hooks/support.sh

needed AZURE_SUBSCRIPTION_ID AZURE_RESOURCE_GROUP APP_NAME APP_URL VAULT_NAME

command -v curl >/dev/null || fail 'curl is not installed.' 'Install it, then run "azd deploy": the app is asked with it.'
make_work_folder

key=$(azure keyvault secret show --vault-name "$VAULT_NAME" --name function-key --query value --output tsv) ||
  fail "The function key cannot be read from the vault $VAULT_NAME." 'Run "azd provision": it makes the key and gives you the role.'

# get PATH SECONDS: leaves the status in $status and the answer in $work/body; the key is in no argument
get() {
  # an answer that does not come must not read as the one before
  : >"$work/body"
  status=$(printf 'header = "x-functions-key: %s"\n' "$key" |
    curl --silent --show-error --config - --max-time "$2" --output "$work/body" --write-out '%{http_code}' \
      "$APP_URL$1" 2>"$work/err") || status=000
}

# a new app answers 404 until its functions are found, and 503 while it starts
started() {
  # what is given up here goes on starting, and is asked again
  get /api/health 20
  case $status in
  200) ;;
  *) return "$not_yet" ;;
  esac
  # details are for the holder of the key: without them the app does not know it yet
  grep -q '"details"' "$work/body" || return "$not_yet"
}

code=0
wait_until 'the app to start' started || code=$?
if [ "$code" != 0 ]; then
  cat "$work/err" >&2
  case $status in
  000) fail "$APP_URL does not answer." 'Try again with "azd deploy"; the portal shows whether the app is stopped.' ;;
  404) fail 'The app has no functions.' \
    'It fails while it starts: "Diagnose and solve problems" of the app in the portal has the reason,' \
    'and the table AzureFunctionsDiagnosticEvents in its host storage.' ;;
  200) fail 'The app does not know its function key.' \
    'Its setting FUNCTION_KEY refers to the vault: the portal shows under Environment variables why that cannot be read.' ;;
  *)
    cat "$work/body" >&2
    fail "The app is not ready (HTTP $status)." 'What it says is above; "npm run doctor -- --azure" looks further.'
    ;;
  esac
fi

# roles of the app work some minutes after they were given, and until then it answers from less than it should
passed() {
  get '/api/health?deep=1' 120
  case $(cat "$work/body") in
  *'"selfTest":"It could not be run'*) return "$not_yet" ;;
  '{"status":"ok"'*) ;;
  *) return "$not_yet" ;;
  esac
}

code=0
wait_until 'the self-test to pass' passed || code=$?
cat "$work/body"
cat "$work/err" >&2
say ''
[ "$code" = 0 ] || fail "The app is deployed, and its self-test does not pass (HTTP $status)." \
  'What it says is above; "npm run doctor -- --azure" looks further. "azd deploy" deploys and asks again.'

say ''
FUNCTION_KEY=$key LOCAL_SETTINGS=off npm run --silent doctor -- --azure "$APP_URL" </dev/null ||
  say 'The doctor has found what to look at; the app answers all the same.'

say ''
say "Colophon is at $APP_URL"
say ''
say '  curl -N '"$APP_URL"'/api/chat/stream -H "content-type: application/json" -d "{\"messages\":[{\"role\":\"user\",\"content\":\"Who are you?\"}]}"'
say ''
say "Its function key, for /api/health:   az keyvault secret show --vault-name $VAULT_NAME --name function-key --query value --output tsv"
