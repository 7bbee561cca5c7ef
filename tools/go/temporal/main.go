// Command temporal is Temporal's command line with its development server, as cmd/temporal of its module, which cannot be
// given anything else to do: this one returns memory that it does not need.
package main

import (
	"context"

	"bankside/tools/memory"
	"github.com/temporalio/cli/temporalcli"

	_ "modernc.org/sqlite" // Keeps the version in go.mod.
	_ "time/tzdata"
)

func main() {
	go memory.ReleaseWhenIdle()
	temporalcli.Execute(context.Background(), temporalcli.CommandOptions{})
}
