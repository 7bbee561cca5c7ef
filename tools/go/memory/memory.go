// Package memory returns the memory of idle programs to the operating system.
package memory

import (
	"runtime/debug"
	"runtime/metrics"
	"time"
)

const (
	checkEvery = 30 * time.Second
	// A program that allocates less between two checks is idle.
	idleBytes = 32 << 20
	// Growth since the last return that makes another worth its collection of garbage.
	worthBytes = 3 << 20
)

const (
	allocated = iota
	mapped
	released
)

func read(samples []metrics.Sample) (allocatedBytes, heldBytes uint64) {
	metrics.Read(samples)
	return samples[allocated].Value.Uint64(), samples[mapped].Value.Uint64() - samples[released].Value.Uint64()
}

// ReleaseWhenIdle collects garbage while the program is idle, and returns what is free then. Go itself keeps for the next
// load what the last one needed, and collects an idle program's garbage every two minutes.
func ReleaseWhenIdle() {
	samples := []metrics.Sample{
		allocated: {Name: "/gc/heap/allocs:bytes"},
		mapped:    {Name: "/memory/classes/total:bytes"},
		released:  {Name: "/memory/classes/heap/released:bytes"},
	}
	before, kept := read(samples)
	kept -= min(kept, worthBytes) // The start leaves garbage too.
	for range time.Tick(checkEvery) {
		now, held := read(samples)
		idle := now-before < idleBytes
		before = now
		if !idle || held < kept+worthBytes {
			continue
		}
		debug.FreeOSMemory()
		_, kept = read(samples)
	}
}
