package pdf

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/experimental"

	"vigie/fault"
)

// Engine is the Typst compiler, ready to print. It is safe for concurrent
// use: each document gets an instance of its own, closed when it is done, and
// at most as many run at once as there are processors.
type Engine struct {
	runtime wazero.Runtime
	cache   wazero.CompilationCache
	module  wazero.CompiledModule
	fonts   [][]byte
	slot    chan struct{}  // one place a processor
	idle    chan *instance // instances between two documents
}

// readyFile marks a cache folder that holds this version of the engine, made
// by this version of wazero: it keeps one folder a version, and a test, which
// knows no versions, has one of its own.
func readyFile(dir string) string {
	version := "dev"
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, m := range info.Deps {
			if m.Path == "github.com/tetratelabs/wazero" {
				version = m.Version
			}
		}
	}
	return filepath.Join(dir, "typst-"+EngineSHA256[:16]+"-"+version+".ready")
}

// Ready reports whether the folder holds the compiled engine, so that Open is
// quick. A folder filled on a machine with another processor may still be
// compiled again.
func Ready(dir string) bool {
	_, err := os.Stat(readyFile(dir))
	return err == nil
}

// Open prepares the engine, keeping its machine code in the folder dir, which
// it creates and which several processes may share. The first time takes 20 s
// to a minute on one processor and 570 MB of memory; afterwards, half a second
// and about 300 MB while it loads, 100 MB on disk.
//
// Error: Unavailable when this program was built without the engine or its
// fonts, or when the folder cannot be written.
func Open(ctx context.Context, dir string) (*Engine, error) {
	raw, err := wasm()
	if err != nil {
		return nil, err
	}
	fonts, err := fonts()
	if err != nil {
		return nil, err
	}
	cache, err := wazero.NewCompilationCacheWithDir(dir)
	if err != nil {
		return nil, &fault.Error{Kind: fault.Unavailable, What: "moteur PDF : dossier " + dir + " inutilisable",
			Do: "vérifiez que ce dossier existe, qu'il est accessible en écriture et que le disque n'est pas plein", Err: err}
	}
	e := &Engine{cache: cache, fonts: fonts, slot: make(chan struct{}, runtime.GOMAXPROCS(0)),
		idle: make(chan *instance, runtime.GOMAXPROCS(0))}
	config := wazero.NewRuntimeConfigCompiler().WithCompilationCache(cache)
	e.runtime = wazero.NewRuntimeWithConfig(ctx, config)
	if err := e.load(ctx, raw); err != nil {
		return nil, errors.Join(err, e.Close(ctx))
	}
	if err := os.WriteFile(readyFile(dir), nil, 0o644); err != nil {
		return nil, errors.Join(broken(err), e.Close(ctx))
	}
	return e, nil
}

func (e *Engine) load(ctx context.Context, raw []byte) error {
	ctx = experimental.WithCompilationWorkers(ctx, runtime.GOMAXPROCS(0))
	m, err := e.runtime.CompileModule(ctx, raw)
	if err != nil {
		return broken(err)
	}
	e.module = m
	if err := link(ctx, e.runtime, m); err != nil {
		return broken(err)
	}
	return nil
}

// Close frees the engine; documents must no longer be in hand.
func (e *Engine) Close(ctx context.Context) error {
	return errors.Join(e.runtime.Close(ctx), e.cache.Close(ctx))
}

// Compile prints a document: the bytes of a tagged PDF, always the same for
// the same source. It waits for a free processor as long as ctx lasts; a
// document once begun is finished, which takes less than a second (the checks
// that would stop the compiler midway make it more than twice as slow).
//
// Error: Invalid when the source is refused, with the compiler's reasons and
// lines; Internal when the compiler fails.
func (e *Engine) Compile(ctx context.Context, src Source) (out []byte, err error) {
	select {
	case e.slot <- struct{}{}:
		defer func() { <-e.slot }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	n, err := e.take(ctx)
	if err != nil {
		return nil, failed(ctx, err, nil)
	}
	// The compiler's failures cross several calls in both directions; they
	// travel as panics inside an instance and stop here.
	defer func() {
		if r := recover(); r != nil {
			cause, ok := r.(error)
			if !ok {
				panic(r)
			}
			out, err = nil, errors.Join(failed(ctx, cause, n.talk), n.module.Close(context.WithoutCancel(ctx)))
			return
		}
		err = errors.Join(err, e.give(ctx, n))
	}()
	n.begin(ctx)
	if n.address == 0 {
		n.address = n.compiler(e.fonts)
	}
	return n.print(src)
}

// The life of an instance: what it remembers of earlier documents (shaped
// words, drawn glyphs) makes the next one two to three times quicker and
// changes no byte of it; it is closed when it holds too much memory.
const mostMemory = 256 << 20

// take returns an instance that waits for work, or a new one.
func (e *Engine) take(ctx context.Context) (*instance, error) {
	select {
	case n := <-e.idle:
		return n, nil
	default:
	}
	n := &instance{heap: newHeap(), exports: map[string]api.Function{}}
	n.begin(ctx)
	var err error
	n.module, err = e.runtime.InstantiateModule(experimental.WithMemoryAllocator(n.ctx, experimental.MemoryAllocatorFunc(newMemory)), e.module, wazero.NewModuleConfig().WithName("").WithStartFunctions())
	return n, err
}

// give puts an instance back to wait, or closes it.
func (e *Engine) give(ctx context.Context, n *instance) error {
	n.talk = nil
	if n.module.Memory().Size() < mostMemory {
		select {
		case e.idle <- n:
			return nil
		default:
		}
	}
	return n.module.Close(ctx)
}

// failed makes a fault of a compiler that stopped.
func failed(ctx context.Context, cause error, talk []string) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if t, ok := errors.AsType[*thrown](cause); ok {
		cause = t // without the compiler's own call stack
	}
	what := "le moteur PDF s'est arrêté"
	if len(talk) > 0 {
		what += " (" + strings.Join(talk, " ; ") + ")"
	}
	return &fault.Error{Kind: fault.Internal, What: what, Do: "recommencez ; si cela se répète, signalez ce document", Err: cause}
}

// mainPath is where the compiler finds Source.Main.
const mainPath = "/main.typ"

// diagnosticsFull asks the compiler for its reasons with their places.
const diagnosticsFull = 3

// print gives the compiler the files of a document, compiles it, and takes
// the files back.
func (n *instance) print(src Source) ([]byte, error) {
	compiler := n.address
	paths := make([]string, 0, len(src.Files))
	for path := range src.Files {
		paths = append(paths, path)
	}
	slices.Sort(paths)
	for _, path := range paths {
		p, plen := n.pass([]byte(path))
		f, flen := n.pass(src.Files[path])
		n.call("typstcompiler_map_shadow", compiler, p, plen, f, flen)
	}
	p, plen := n.pass([]byte(mainPath))
	s, slen := n.pass([]byte(src.Main))
	n.call("typstcompiler_add_source", compiler, p, plen, s, slen)

	p, plen = n.pass([]byte(mainPath))
	format, formatLen := n.pass([]byte("pdf"))
	answer := n.heap.take(n.result(3, "typstcompiler_compile", compiler, p, plen, 0, 0, format, formatLen, diagnosticsFull))
	n.call("typstcompiler_reset_shadow", compiler)
	if out, ok := property(answer, "result").([]byte); ok && len(out) > 0 {
		return showTitle(out), nil
	}
	return nil, &fault.Error{Kind: fault.Invalid, What: "document refusé par le moteur PDF : " + n.reasons(property(answer, "diagnostics")),
		Do: "signalez ce document : son texte ne peut pas en être la cause, sa mise en page oui"}
}

// compiler returns the address of a new compiler that has only the fonts
// given and reaches no file and no network.
func (n *instance) compiler(fonts [][]byte) uint64 {
	builder := n.result(3, "typstcompilerbuilder_new")
	n.result(2, "typstcompilerbuilder_set_dummy_access_model", builder)
	for _, f := range fonts {
		n.wait(n.heap.take(n.call("typstcompilerbuilder_add_raw_font", builder, n.heap.add(f))).(*promise))
	}
	made := n.wait(n.heap.take(n.call("typstcompilerbuilder_build", builder)).(*promise))
	return uint64(made.(*native).address)
}

// reasons writes diagnostics as « /main.typ 3:5 : message ; … », at most five.
func (n *instance) reasons(v any) string {
	list, ok := v.(*array)
	if !ok || len(list.items) == 0 {
		return "sans raison donnée"
	}
	var lines []string
	for _, d := range list.items[:min(5, len(list.items))] {
		lines = append(lines, n.describe(property(d, "path"))+" "+n.describe(property(d, "range"))+" : "+n.describe(property(d, "message")))
	}
	return strings.Join(lines, " ; ")
}

// showTitle asks readers to show the document's title rather than its file's
// name (WCAG technique PDF18), which this version of the compiler cannot say.
// The catalogue is the last object of the file: only the place of the table
// that follows it moves. A file that is not made so is returned as it is.
func showTitle(pdf []byte) []byte {
	const before, added = "/ViewerPreferences <<\n", "    /DisplayDocTitle true\n"
	at := bytes.LastIndex(pdf, []byte(before))
	table := bytes.LastIndex(pdf, []byte("\nxref\n")) + 1
	start := []byte(fmt.Sprintf("startxref\n%d\n", table))
	if at < 0 || at > table || bytes.Count(pdf[at:table], []byte(" obj\n")) > 0 || !bytes.Contains(pdf[table:], start) {
		return pdf
	}
	at += len(before)
	moved := []byte(fmt.Sprintf("startxref\n%d\n", table+len(added)))
	return slices.Concat(pdf[:at], []byte(added), bytes.Replace(pdf[at:], start, moved, 1))
}
