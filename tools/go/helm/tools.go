//go:build tools

// Package tools pins the version of Helm that the tests render the charts with.
package tools

import _ "helm.sh/helm/v4/cmd/helm"
