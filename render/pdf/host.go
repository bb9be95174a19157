package pdf

import (
	"context"
	"math"
	"slices"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
)

// hostFunc answers one function that the compiler imports: the arguments are
// in a, and the result, if any, goes to a[0].
type hostFunc func(n *instance, a []uint64)

// link gives the compiler the functions that it imports from "wbg". One that
// hostFuncs lacks is one that compiling a document never calls: it stops the
// job and names itself.
func link(ctx context.Context, r wazero.Runtime, compiled wazero.CompiledModule) error {
	b := r.NewHostModuleBuilder("wbg")
	for _, d := range compiled.ImportedFunctions() {
		_, name, _ := d.Import()
		f, known := hostFuncs[name]
		if !known {
			f = func(*instance, []uint64) { panic(&thrown{message: "fonction non prévue : " + name}) }
		}
		b.NewFunctionBuilder().WithGoModuleFunction(api.GoModuleFunc(
			func(ctx context.Context, _ api.Module, stack []uint64) {
				f(ctx.Value(instanceKey{}).(*instance), stack)
			}), d.ParamTypes(), d.ResultTypes()).Export(name)
	}
	_, err := b.Instantiate(ctx)
	return err
}

// try runs f; what it throws is handed to the compiler as an error.
func (n *instance) try(a []uint64, f func() any) {
	defer func() {
		if t, ok := recover().(*thrown); ok {
			n.call(exportThrow, n.heap.add(t))
			a[0] = 0
		} else if t != nil {
			panic(t)
		}
	}()
	a[0] = n.heap.add(f())
}

func flag(b bool) uint64 {
	if b {
		return 1
	}
	return 0
}

// is makes the test "is the value a T".
func is[T any](n *instance, a []uint64) {
	_, ok := n.heap.get(a[0]).(T)
	a[0] = flag(ok)
}

func callable(v any) bool {
	switch v.(type) {
	case *closure, function:
		return true
	}
	return false
}

// hostFuncs are the imports of the pinned compiler, by their exact names.
var hostFuncs map[string]hostFunc

func init() {
	hostFuncs = map[string]hostFunc{
		// Tests and conversions.
		"__wbg___wbindgen_is_bigint_0e1a2e3f55cfae27": func(n *instance, a []uint64) {
			switch n.heap.get(a[0]).(type) {
			case int64, uint64:
				a[0] = 1
			default:
				a[0] = 0
			}
		},
		"__wbg___wbindgen_is_function_8d400b8b1af978cd": func(n *instance, a []uint64) { a[0] = flag(callable(n.heap.get(a[0]))) },
		"__wbg___wbindgen_is_object_ce774f3490692386": func(n *instance, a []uint64) {
			switch n.heap.get(a[0]).(type) {
			case *object, *array, *promise, *native, *thrown, []byte:
				a[0] = 1
			default:
				a[0] = 0
			}
		},
		"__wbg___wbindgen_is_string_704ef9c8fc131030":    is[string],
		"__wbg___wbindgen_is_undefined_f6b95eab589e0269": is[undefined],
		"__wbg_instanceof_Uint8Array_da54ccc9d3e09434":   is[[]byte],
		"__wbg_isArray_51fd9e6422c0a395":                 is[*array],
		"__wbg_instanceof_ArrayBuffer_f3320d2419cd0355":  func(_ *instance, a []uint64) { a[0] = 0 },
		"__wbg_instanceof_Map_084be8da74364158":          func(_ *instance, a []uint64) { a[0] = 0 },
		"__wbg___wbindgen_boolean_get_dea25b33882b895b":  booleanGet,
		"__wbg___wbindgen_number_get_9619185a74197f95":   numberGet,
		"__wbg___wbindgen_string_get_a2a31e16edf96e42":   stringGet,
		"__wbg___wbindgen_debug_string_adfb662ae34724b6": debugString,
		"__wbindgen_cast_2241b6af4c4b2941":               func(n *instance, a []uint64) { a[0] = n.heap.add(n.string(a[0], a[1])) },
		"__wbindgen_cast_4625c577ab2ec9ee":               func(n *instance, a []uint64) { a[0] = n.heap.add(a[0]) },
		"__wbindgen_cast_9ae0607507abb057":               func(n *instance, a []uint64) { a[0] = n.heap.add(int64(a[0])) },
		"__wbindgen_cast_d6cd19b81560fd6e":               func(n *instance, a []uint64) { a[0] = n.heap.add(math.Float64frombits(a[0])) },
		"__wbindgen_cast_3334ea73b4b28ba3":               func(n *instance, a []uint64) { a[0] = n.heap.add(&closure{owner: n, a: a[0], b: a[1], count: 1}) },
		"__wbindgen_object_clone_ref":                    func(n *instance, a []uint64) { a[0] = n.heap.add(n.heap.get(a[0])) },
		"__wbindgen_object_drop_ref":                     func(n *instance, a []uint64) { n.heap.take(a[0]) },
		"__wbg__wbg_cb_unref_87dfb5aaa0cbcea7":           func(n *instance, a []uint64) { n.heap.get(a[0]).(*closure).release() },
		"__wbg_typstcompiler_new":                        func(n *instance, a []uint64) { a[0] = n.heap.add(&native{uint32(a[0])}) },
		"__wbg_typstfontresolver_new":                    func(n *instance, a []uint64) { a[0] = n.heap.add(&native{uint32(a[0])}) },

		// Errors and talk.
		"__wbg_Error_52673b7de5a0ca89":            func(n *instance, a []uint64) { a[0] = n.heap.add(&thrown{n.string(a[0], a[1])}) },
		"__wbg_new_df1173567d5ff028":              func(n *instance, a []uint64) { a[0] = n.heap.add(&thrown{n.string(a[0], a[1])}) },
		"__wbg_new_8a6f238a6ece86ea":              func(n *instance, a []uint64) { a[0] = n.heap.add(&thrown{}) },
		"__wbg___wbindgen_throw_dd24417ed36fc46e": func(n *instance, a []uint64) { panic(&thrown{n.string(a[0], a[1])}) },
		"__wbg_stack_0ed75d68575b0f3c":            func(n *instance, a []uint64) { n.putString(a[0], "", true) },
		"__wbg_info_ce6bcc489c22f6f0":             func(n *instance, a []uint64) { n.say(a[:1]) },
		"__wbg_error_85faeb8919b11cc6":            func(n *instance, a []uint64) { n.say(a[:3]) },
		"__wbg_error_7534b8e9a36f1ab4": func(n *instance, a []uint64) {
			n.talk = append(n.talk, n.string(a[0], a[1]))
			n.call(exportFree, a[0], a[1], 1)
		},

		// Arrays, objects and bytes.
		"__wbg_new_25f239778d6112b9": func(n *instance, a []uint64) { a[0] = n.heap.add(&array{}) },
		"__wbg_new_1ba21ce319a06297": func(n *instance, a []uint64) { a[0] = n.heap.add(newObject()) },
		"__wbg_new_6421f6084cc5bc5a": func(n *instance, a []uint64) {
			b, _ := n.heap.get(a[0]).([]byte)
			a[0] = n.heap.add(slices.Clone(b))
		},
		"__wbg_new_from_slice_f9c22b9153b26992": func(n *instance, a []uint64) { a[0] = n.heap.add(n.bytes(a[0], a[1])) },
		"__wbg_push_7d9be8f38fc13975":           arrayPush,
		"__wbg_get_6b7bd52aca3f9671":            func(n *instance, a []uint64) { a[0] = n.heap.add(item(n.heap.get(a[0]), a[1])) },
		"__wbg_set_7df433eea03a5c14":            arraySet,
		"__wbg_length_22ac23eaec9d8053":         lengthOf,
		"__wbg_length_d45040a40c570362":         lengthOf,
		"__wbg_get_af9dab7e9603ea93": func(n *instance, a []uint64) {
			n.try(a, func() any { return property(n.heap.get(a[0]), n.heap.get(a[1])) })
		},
		"__wbg_get_with_ref_key_1dc361bd10053bfe": func(n *instance, a []uint64) { a[0] = n.heap.add(property(n.heap.get(a[0]), n.heap.get(a[1]))) },
		"__wbg_set_3f1d0b984ed272ed":              objectSet,
		"__wbg_set_781438a03c0c3c81":              reflectSet,
		"__wbg_prototypesetcall_dfe9b766cdc1f1fd": copyOut,

		// Functions, promises and the queue.
		"__wbg_call_abb4ff46ce38be40": func(n *instance, a []uint64) { n.try(a, func() any { return n.apply(n.heap.get(a[0])) }) },
		"__wbg_call_3020136f7a2d6e44": func(n *instance, a []uint64) {
			n.try(a, func() any { return n.apply(n.heap.get(a[0]), n.heap.get(a[2])) })
		},
		"__wbg_new_no_args_cb138f77cf6151ee":    func(n *instance, a []uint64) { a[0] = n.heap.add(refuse(n.string(a[0], a[1]))) },
		"__wbg_new_with_args_df9e7125ffe55248":  func(n *instance, a []uint64) { a[0] = n.heap.add(refuse(n.string(a[2], a[3]))) },
		"__wbg_new_ff12d2b041fb48f1":            newPromise,
		"__wbg_resolve_fd5bfbaa4ce36e1e":        resolve,
		"__wbg_then_4f95312d68691235":           then,
		"__wbg_queueMicrotask_9b549dfce8865860": func(n *instance, a []uint64) { a[0] = n.heap.add(function(n.enqueue)) },
		"__wbg_queueMicrotask_fca69f5bfad613a5": func(n *instance, a []uint64) { n.enqueue(n.heap.get(a[0])) },

		// The world outside: one global object, no clock.
		"__wbg_static_accessor_GLOBAL_THIS_60cf02db4de8e1c1": func(n *instance, a []uint64) { a[0] = n.heap.add(newObject()) },
		"__wbg_static_accessor_GLOBAL_769e6b65d6557335":      func(_ *instance, a []uint64) { a[0] = 0 },
		"__wbg_static_accessor_SELF_08f5a74c69739274":        func(_ *instance, a []uint64) { a[0] = 0 },
		"__wbg_static_accessor_WINDOW_a8924b26aa92d024":      func(_ *instance, a []uint64) { a[0] = 0 },
		"__wbg_now_69d776cd24f5215b":                         func(_ *instance, a []uint64) { a[0] = 0 },
		"__wbg_getTimezoneOffset_45389e26d6f46823":           func(_ *instance, a []uint64) { a[0] = 0 },
		"__wbg_new_b2db8aa2650f793a":                         func(n *instance, a []uint64) { a[0] = n.heap.add(newObject()) },
	}
}

func (n *instance) say(refs []uint64) {
	for _, r := range refs {
		n.talk = append(n.talk, n.describe(n.heap.get(r)))
	}
}

func booleanGet(n *instance, a []uint64) {
	b, ok := n.heap.get(a[0]).(bool)
	if a[0] = flag(b); !ok {
		a[0] = 0xffffff
	}
}

func numberGet(n *instance, a []uint64) {
	v, ok := n.heap.get(a[1]).(float64)
	n.put64(a[0]+8, math.Float64bits(v))
	n.put32(a[0], uint32(flag(ok)))
}

func stringGet(n *instance, a []uint64) {
	s, ok := n.heap.get(a[1]).(string)
	n.putString(a[0], s, ok)
}

func debugString(n *instance, a []uint64) { n.putString(a[0], n.describe(n.heap.get(a[1])), true) }

func arrayPush(n *instance, a []uint64) {
	list := n.heap.get(a[0]).(*array)
	list.items = append(list.items, n.heap.get(a[1]))
	a[0] = uint64(len(list.items))
}

func arraySet(n *instance, a []uint64) {
	list, i, v := n.heap.get(a[0]).(*array), int(uint32(a[1])), n.heap.take(a[2])
	for len(list.items) <= i {
		list.items = append(list.items, undefined{})
	}
	list.items[i] = v
}

func item(v any, i uint64) any {
	if list, ok := v.(*array); ok && int(uint32(i)) < len(list.items) {
		return list.items[uint32(i)]
	}
	return undefined{}
}

func lengthOf(n *instance, a []uint64) {
	switch v := n.heap.get(a[0]).(type) {
	case []byte:
		a[0] = uint64(len(v))
	case *array:
		a[0] = uint64(len(v.items))
	default:
		a[0] = 0
	}
}

func property(v, key any) any {
	if o, ok := v.(*object); ok {
		return o.get(key)
	}
	return undefined{}
}

func objectSet(n *instance, a []uint64) {
	o, key, v := n.heap.get(a[0]), n.heap.take(a[1]), n.heap.take(a[2])
	if o, ok := o.(*object); ok {
		o.set(key, v)
	}
}

func reflectSet(n *instance, a []uint64) {
	o, ok := n.heap.get(a[0]).(*object)
	if ok {
		o.set(n.heap.get(a[1]), n.heap.get(a[2]))
	}
	a[0] = flag(ok)
}

// copyOut writes the bytes a[2] at (a[0], a[1]) of the compiler's memory.
func copyOut(n *instance, a []uint64) {
	b, _ := n.heap.get(a[2]).([]byte)
	n.module.Memory().Write(uint32(a[0]), b[:min(len(b), int(uint32(a[1])))])
}

func (n *instance) apply(f any, args ...any) any {
	switch f := f.(type) {
	case function:
		return f(args...)
	case *closure:
		var arg any = undefined{}
		if len(args) > 0 {
			arg = args[0]
		}
		f.run(arg)
		return undefined{}
	}
	panic(&thrown{message: "appel de ce qui n'est pas une fonction"})
}

// enqueue puts a function at the end of the microtasks.
func (n *instance) enqueue(args ...any) any {
	f := args[0]
	n.queue = append(n.queue, func() { n.apply(f, undefined{}) })
	return undefined{}
}

// refuse stands for a script that the compiler would have its host evaluate:
// there is no script engine here, and compiling a document needs none.
func refuse(script string) function {

	return func(...any) any { panic(&thrown{message: "script refusé : " + script}) }
}

func newPromise(n *instance, a []uint64) {
	p := &promise{}
	yes := function(func(args ...any) any { n.settle(p, first(args)); return undefined{} })
	no := function(func(args ...any) any { n.settle(p, rejected{first(args)}); return undefined{} })
	n.call(exportRunPromise, a[0], a[1], n.heap.add(yes), n.heap.add(no))
	a[0] = n.heap.add(p)
}

func first(args []any) any {
	if len(args) > 0 {
		return args[0]
	}
	return undefined{}
}

func resolve(n *instance, a []uint64) {
	v := n.heap.get(a[0])
	p, ok := v.(*promise)
	if !ok {
		p = &promise{settled: true, value: v}
	}
	a[0] = n.heap.add(p)
}

func then(n *instance, a []uint64) {
	p, c := n.heap.get(a[0]).(*promise), n.heap.get(a[1]).(*closure)
	if p.settled {
		n.queue = append(n.queue, func() { c.run(p.value) })
	} else {
		p.waiting = append(p.waiting, c)
	}
	a[0] = n.heap.add(&promise{})
}
