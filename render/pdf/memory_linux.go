package pdf

import (
	"syscall"

	"github.com/tetratelabs/wazero/experimental"
)

// memory is the linear memory of an instance: addresses set aside at once, of
// which the system gives only what is touched, in large pages. Growing copies
// nothing.
type memory struct {
	reserved []byte
}

// mostReserved is more than a document needs; beyond, it fails.
const mostReserved = 2 << 30

func newMemory(capacity, _ uint64) experimental.LinearMemory {
	b, err := syscall.Mmap(-1, 0, mostReserved, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_ANON|syscall.MAP_PRIVATE|syscall.MAP_NORESERVE)
	if err != nil {
		return newHeapMemory(capacity)
	}
	_ = syscall.Madvise(b, syscall.MADV_HUGEPAGE) // quicker where it is granted
	return &memory{reserved: b}
}

// Reallocate returns the memory at its new size, nil beyond what was set aside.
func (m *memory) Reallocate(size uint64) []byte {
	if size > uint64(len(m.reserved)) {
		return nil
	}
	return m.reserved[:size]
}

// Free gives the memory back to the system.
func (m *memory) Free() {
	if m.reserved != nil {
		_ = syscall.Munmap(m.reserved)
		m.reserved = nil
	}
}
