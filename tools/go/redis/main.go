// Command redis serves the Redis protocol from memory, with the password that REDIS_PASSWORD states: a broker for machines
// without redis-server. It keeps nothing over a restart, and need not: the broker only notifies, feeds hold the events.
package main

import (
	"context"
	"flag"
	"log"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/alicebob/miniredis/v2"
)

func main() {
	listen := flag.String("listen", "127.0.0.1:6379", "TCP address to serve")
	flag.Parse()
	server := miniredis.NewMiniRedis()
	server.RequireAuth(os.Getenv("REDIS_PASSWORD"))
	if err := server.StartAddr(*listen); err != nil {
		log.Fatal(err)
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	// miniredis has a clock of its own that stands still unless it is moved.
	tick := time.NewTicker(time.Second)
	for {
		select {
		case <-ctx.Done():
			server.Close()
			return
		case <-tick.C:
			server.FastForward(time.Second)
		}
	}
}
