package pdf

import "github.com/tetratelabs/wazero/experimental"

// heapMemory is the linear memory of an instance on Go's heap. It doubles when
// it must grow, where the default copies it for each few hundred kilobytes.
type heapMemory []byte

func newHeapMemory(capacity uint64) experimental.LinearMemory {
	m := make(heapMemory, 0, capacity)
	return &m
}

// Reallocate returns the memory at its new size.
func (m *heapMemory) Reallocate(size uint64) []byte {
	if size > uint64(cap(*m)) {
		grown := make(heapMemory, len(*m), max(size, 2*uint64(cap(*m))))
		copy(grown, *m)
		*m = grown
	}
	*m = (*m)[:size]
	return *m
}

// Free leaves the memory to the garbage collector.
func (m *heapMemory) Free() { *m = nil }
