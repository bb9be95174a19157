package pdf

import (
	"context"
	"encoding/binary"
	"fmt"
	"strings"

	"github.com/tetratelabs/wazero/api"
)

// instance is one compiler at work: its module, and the host's half of it.
// It serves one goroutine.
type instance struct {
	ctx     context.Context
	module  api.Module
	heap    *heap
	address uint64   // of the compiler in its own memory, 0 before it is made
	queue   []func() // microtasks, first in first out
	talk    []string // what the compiler printed, the panics included
	exports map[string]api.Function
}

// begin sets the context of the calls to come.
func (n *instance) begin(ctx context.Context) { n.ctx = context.WithValue(ctx, instanceKey{}, n) }

// instanceKey finds the instance of a call from the compiler to its host.
type instanceKey struct{}

func (n *instance) call(name string, args ...uint64) uint64 {
	f := n.exports[name]
	if f == nil {
		if f = n.module.ExportedFunction(name); f == nil {
			panic(fmt.Errorf("moteur PDF : fonction %s absente", name))
		}
		n.exports[name] = f
	}
	out, err := f.Call(n.ctx, args...)
	if err != nil {
		panic(err)
	}
	if len(out) == 0 {
		return 0
	}
	return out[0]
}

// The exports that wasm-bindgen numbers instead of naming.
const (
	exportAlloc = "__wbindgen_export"
	exportThrow = "__wbindgen_export3"
	exportFree  = "__wbindgen_export4"
	exportStack = "__wbindgen_add_to_stack_pointer"

	exportRunClosure  = "__wasm_bindgen_func_elem_944"
	exportFreeClosure = "__wasm_bindgen_func_elem_957"
	exportRunPromise  = "__wasm_bindgen_func_elem_37350"
)

// bytes copies a range of the compiler's memory.
func (n *instance) bytes(ptr, size uint64) []byte {
	b, ok := n.module.Memory().Read(uint32(ptr), uint32(size))
	if !ok {
		panic(fmt.Errorf("moteur PDF : lecture hors mémoire (%d, %d)", ptr, size))
	}
	return append([]byte(nil), b...)
}

func (n *instance) string(ptr, size uint64) string { return string(n.bytes(ptr, size)) }

// pass copies b into the compiler's memory and returns where; the compiler
// owns it from then on.
func (n *instance) pass(b []byte) (ptr, size uint64) {
	ptr = n.call(exportAlloc, uint64(len(b)), 1)
	if !n.module.Memory().Write(uint32(ptr), b) {
		panic(fmt.Errorf("moteur PDF : écriture hors mémoire (%d, %d)", ptr, len(b)))
	}
	return ptr, uint64(len(b))
}

func (n *instance) put32(ptr uint64, v uint32) {
	n.module.Memory().WriteUint32Le(uint32(ptr), v)
}

func (n *instance) put64(ptr uint64, v uint64) {
	n.module.Memory().WriteUint64Le(uint32(ptr), v)
}

// putString writes the pair (address, length) of s at ptr, (0, 0) if !ok.
func (n *instance) putString(ptr uint64, s string, ok bool) {
	var at, size uint64
	if ok {
		at, size = n.pass([]byte(s))
	}
	n.put32(ptr, uint32(at))
	n.put32(ptr+4, uint32(size))
}

// result calls an export whose outcome is written on the stack as words: the
// value, the error, and whether there is an error. With two words the first is
// the error.
func (n *instance) result(words int, name string, args ...uint64) uint64 {
	minus16, plus16 := uint64(uint32(0xfffffff0)), uint64(16)
	at := n.call(exportStack, minus16)
	defer n.call(exportStack, plus16)
	n.call(name, append([]uint64{at}, args...)...)
	raw := n.bytes(at, uint64(4*words))
	word := func(i int) uint64 { return uint64(binary.LittleEndian.Uint32(raw[4*i:])) }
	if word(words-1) != 0 {
		panic(n.error(n.heap.take(word(words - 2))))
	}
	return word(0)
}

func (n *instance) error(v any) error {
	if e, ok := v.(error); ok {
		return e
	}
	return &thrown{message: n.describe(v)}
}

// describe prints a value for a message.
func (n *instance) describe(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case *array:
		parts := make([]string, len(v.items))
		for i, item := range v.items {
			parts[i] = n.describe(item)
		}
		return strings.Join(parts, " ; ")
	case *object:
		var parts []string
		for _, k := range v.keys {
			parts = append(parts, k+"="+n.describe(v.values[k]))
		}
		return strings.Join(parts, " ")
	case *thrown:
		return v.message
	}
	return fmt.Sprint(v)
}

// closure is a function of the compiler that its host may call.
type closure struct {
	owner *instance
	a, b  uint64
	count int
}

func (c *closure) run(arg any) {
	if c.a == 0 {
		return
	}
	c.count++
	a := c.a
	c.a = 0
	c.owner.call(exportRunClosure, a, c.b, c.owner.heap.add(arg))
	c.a = a
	c.release()
}

func (c *closure) release() {
	if c.count--; c.count == 0 {
		c.owner.call(exportFreeClosure, c.a, c.b)
		c.a = 0
	}
}

// settle fulfils p and queues what waits for it.
func (n *instance) settle(p *promise, v any) {
	if p.settled {
		return
	}
	p.settled, p.value = true, v
	for _, c := range p.waiting {
		n.queue = append(n.queue, func() { c.run(v) })
	}
	p.waiting = nil
}

// wait runs the microtasks until none is left and returns p's value.
func (n *instance) wait(p *promise) any {
	for len(n.queue) > 0 {
		next := n.queue[0]
		n.queue = n.queue[1:]
		next()
	}
	if !p.settled {
		panic(&thrown{message: "promesse sans réponse"})
	}
	if e, ok := p.value.(rejected); ok {
		panic(n.error(e.reason))
	}
	return p.value
}

// rejected is the value of a promise that failed.
type rejected struct{ reason any }
