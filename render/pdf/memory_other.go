//go:build !linux

package pdf

import "github.com/tetratelabs/wazero/experimental"

func newMemory(capacity, _ uint64) experimental.LinearMemory { return newHeapMemory(capacity) }
