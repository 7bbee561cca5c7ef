// Command ferretdb serves the MongoDB wire protocol from the PostgreSQL database that FERRETDB_POSTGRES names. It passes the
// credentials of each client (mechanism PLAIN) on to PostgreSQL, which verifies them; a client without any gets those of
// FERRETDB_POSTGRES.
package main

import (
	"context"
	"flag"
	"log"
	"log/slog"
	"os"
	"os/signal"
	"syscall"

	"bankside/tools/memory"
	"github.com/FerretDB/FerretDB/ferretdb"
)

func main() {
	listen := flag.String("listen", "127.0.0.1:27017", "TCP address to serve")
	flag.Parse()
	server, err := ferretdb.New(&ferretdb.Config{
		Listener:      ferretdb.ListenerConfig{TCP: *listen},
		Logger:        slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn})),
		Handler:       "postgresql",
		PostgreSQLURL: os.Getenv("FERRETDB_POSTGRES"),
	})
	if err != nil {
		log.Fatal(err)
	}
	go memory.ReleaseWhenIdle()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := server.Run(ctx); err != nil {
		log.Fatal(err)
	}
}
