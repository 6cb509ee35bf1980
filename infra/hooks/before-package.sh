#!/usr/bin/env bash
# azd, before it packages: builds here what is deployed, for Linux whatever machine this is.
set -euo pipefail
cd "$(dirname "$0")/../.."
# shellcheck source=infra/hooks/support.sh
. infra/hooks/support.sh

[ -d node_modules ] || npm ci --no-progress </dev/null || fail 'npm ci failed.' 'Its own message is above; "npm ci" tries again.'
npm run package </dev/null || fail 'The package could not be made.' 'Its own message is above; "npm run doctor" looks at this machine.'
