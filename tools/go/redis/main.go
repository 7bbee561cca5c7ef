// Command redis serves the Redis protocol from memory, with the password that REDIS_PASSWORD states: a broker for machines
// without redis-server. It keeps nothing over a restart, and need not: the broker only notifies, feeds hold the events.
package main

import (
	"context"
	"flag"
	"log"
	"net"
	"os"
	"os/signal"
	"syscall"
	"time"

	"bankside/tools/memory"
	"github.com/alicebob/miniredis/v2"
)

func main() {
	listen := flag.String("listen", "127.0.0.1:6379", "TCP address to serve")
	flag.Parse()
	server := miniredis.NewMiniRedis()
	server.RequireAuth(os.Getenv("REDIS_PASSWORD"))
	// On its own address miniredis accepts connections before it knows its commands, and answers AUTH with an error that
	// contains the password, which clients log. So it begins on an address that nobody connects to.
	if err := server.StartAddr("127.0.0.1:0"); err != nil {
		log.Fatal(err)
	}
	listener, err := net.Listen("tcp", *listen)
	if err != nil {
		log.Fatal(err)
	}
	go accept(listener, server)
	go memory.ReleaseWhenIdle()
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	// miniredis has a clock of its own that stands still unless it is moved.
	tick := time.NewTicker(time.Second)
	for {
		select {
		case <-ctx.Done():
			listener.Close()
			server.Close()
			return
		case <-tick.C:
			server.FastForward(time.Second)
		}
	}
}

func accept(listener net.Listener, server *miniredis.Miniredis) {
	for {
		connection, err := listener.Accept()
		if err != nil {
			return
		}
		server.Server().ServeConn(connection)
	}
}
