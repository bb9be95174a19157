package pdf

// This file holds the few values of a script engine that the compiler asks
// its host for. The compiler was built for browsers: it keeps strings, arrays,
// promises and functions on the host's side and names them by number.

// Values held for the compiler are: undefined, null, bool, float64, int64 and
// uint64 (big integers), string, *array, *object, *promise, *closure,
// *native, *thrown and []byte.
type (
	undefined struct{}
	null      struct{}

	array struct{ items []any }

	// object keeps its keys in the order they were set.
	object struct {
		keys   []string
		values map[string]any
	}

	// native is an object of the compiler, by its address in its memory.
	native struct{ address uint32 }

	// thrown is an error that crosses between the compiler and its host.
	thrown struct{ message string }

	// function is a function of the host.
	function func(args ...any) any

	// promise is settled once; then runs what waits for it, in order.
	promise struct {
		settled bool
		value   any
		waiting []*closure
	}
)

// Error returns the message.
func (t *thrown) Error() string { return t.message }

func (o *object) get(key any) any {
	if s, ok := key.(string); ok {
		if v, ok := o.values[s]; ok {
			return v
		}
	}
	return undefined{}
}

func (o *object) set(key, value any) {
	s, ok := key.(string)
	if !ok {
		return
	}
	if _, known := o.values[s]; !known {
		o.keys = append(o.keys, s)
	}
	o.values[s] = value
}

func newObject() *object { return &object{values: map[string]any{}} }

// reserved is the number of fixed slots at the foot of the heap: 128 that are
// never used, then undefined, null, true and false, as the compiler expects.
const reserved = 132

// heap numbers the values that the compiler holds. Freed numbers are used
// again, last freed first, so that a run is the same every time.
type heap struct {
	slots []any
	free  []uint32
}

func newHeap() *heap {
	h := &heap{slots: make([]any, reserved, 256)}
	h.slots[128], h.slots[129], h.slots[130], h.slots[131] = undefined{}, null{}, true, false
	return h
}

func (h *heap) add(v any) uint64 {
	if n := len(h.free); n > 0 {
		i := h.free[n-1]
		h.free = h.free[:n-1]
		h.slots[i] = v
		return uint64(i)
	}
	h.slots = append(h.slots, v)
	return uint64(len(h.slots) - 1)
}

func (h *heap) get(i uint64) any { return h.slots[uint32(i)] }

func (h *heap) take(i uint64) any {
	v := h.slots[uint32(i)]
	if uint32(i) >= reserved {
		h.slots[uint32(i)] = nil
		h.free = append(h.free, uint32(i))
	}
	return v
}
