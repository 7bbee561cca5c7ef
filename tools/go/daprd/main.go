// Command daprd is Dapr's sidecar with its stable components, and with the SQLite name resolution that Dapr's own
// builds contain as well: sidecars on one machine then find each other through a file of their system, whereas by
// multicast DNS they would also find those of every other system in reach.
package main

import (
	"github.com/dapr/components-contrib/nameresolution/sqlite"
	"github.com/dapr/dapr/cmd/daprd/app"
	"github.com/dapr/dapr/pkg/components/nameresolution"
)

func main() {
	nameresolution.DefaultRegistry.RegisterComponent(sqlite.NewResolver, "sqlite")
	app.Run()
}
