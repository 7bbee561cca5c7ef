//go:build tools

// Package tools keeps the program that is built from this module in go.mod.
package tools

import _ "github.com/dapr/dapr/cmd/daprd"
