package main

import (
	"go/ast"
	"go/token"
	"path"
	"regexp"
	"slices"
	"strings"
)

// syncs are the calls that make something durable, of whatever they are, with their results.
var syncs = map[string]string{
	"Sync": "error", "SyncData": "error", "SyncTo": "(bool, error)", "SyncWait": "error",
	"Syncfs": "error", "Fsync": "error", "Fdatasync": "error", "Msync": "error",
}

// nothing is what a call gives that was not made.
var nothing = map[string]string{"error": "nil", "(bool, error)": "true, nil", "int": "1", "bool": "true", "[]int": "nil"}

// derive finds the functions called sync… that sync by what they call: what calls them can be taken out as well.
func derive(list []*source) {
	packages := map[string]map[string]string{}
	for _, s := range list {
		dir := path.Dir(s.name)
		if packages[dir] == nil {
			packages[dir] = map[string]string{}
		}
		s.derived = packages[dir]
	}
	for more := true; more; {
		more = false
		for _, s := range list {
			for _, d := range s.file.Decls {
				fn, ok := d.(*ast.FuncDecl)
				if !ok || fn.Body == nil || !strings.HasPrefix(fn.Name.Name, "sync") {
					continue
				}
				name := called(fn.Name.Name, fn.Recv != nil)
				result, known := resultOf(s, fn)
				if s.derived[name] == "" && known && nothing[result] != "" && s.syncs(fn.Body) {
					s.derived[name], more = result, true
				}
			}
		}
	}
}

func resultOf(s *source, fn *ast.FuncDecl) (string, bool) {
	if fn.Type.Results == nil {
		return "", true
	}
	if len(fn.Type.Results.List) != 1 {
		return "", false
	}
	t := fn.Type.Results.List[0].Type
	return string(s.text[t.Pos()-s.file.FileStart : t.End()-s.file.FileStart]), true
}

// syncs says whether something below a node makes something durable.
func (s *source) syncs(n ast.Node) (does bool) {
	ast.Inspect(n, func(n ast.Node) bool {
		if call, ok := n.(*ast.CallExpr); ok {
			_, durable := s.syncOf(call)
			does = does || durable
		}
		return !does
	})
	return does
}

func (s *source) syncOf(call *ast.CallExpr) (result string, ok bool) {
	switch f := call.Fun.(type) {
	case *ast.Ident:
		result, ok = s.derived[called(f.Name, false)]
	case *ast.SelectorExpr:
		if result, ok = syncs[f.Sel.Name]; !ok {
			result, ok = s.derived[called(f.Sel.Name, true)]
		}
	}
	return result, ok
}

// called keeps methods from functions of the same name.
func called(name string, method bool) string {
	if method {
		return "." + name
	}
	return name
}

// compares are calls whose answer is that two things are the same, and that answer.
var compares = map[string]string{"hmac.Equal": "bool", "subtle.ConstantTimeCompare": "int", "equalHex": "bool"}

// sums is a digest that is computed where it is compared.
var sums = regexp.MustCompile(`\b(crc32\.Checksum|sha256\.Sum256|md5\.Sum|sha1\.Sum)\(`)

// translates is a condition that tells one failure from another, and verifies nothing.
var translates = regexp.MustCompile(`^(errors\.(Is|As)|isMissing|store\.KindOf|err == nil && errors\.Is)\(|IsCorruptionError`)

// refusals are what a function says, in the statement that a condition leads to, when something is not what it should be:
// by a name, or by a code of S3. A name "err" stands for all that begin so.
var refusals = map[string][]string{
	"server/storage": {"ErrLocked", "ErrCorrupt", "errRecord", "ErrShort", "ErrTooLarge", "ErrFormat", "DamageError", "LockedError"},
	"server/sigv4":   {"err", "bad", "malformed"},
	"server":         {"AccessDenied", "denied", "MethodNotAllowed", "BadDigest", "XAmzContentSHA256Mismatch", "IncompleteBody", "InvalidDigest", "InvalidPart", "InvalidPartOrder", "MalformedTrailerError", "SignatureDoesNotMatch", "ErrCorrupt"},
	"server/keyring": {"ErrCorrupt"},
	"server/links":   {"ErrCorrupt"},
	"server/local":   {"ErrCorrupt"},
	"store":          {"errMember"},
	"store/snapshot": {"ErrDamaged"},
	"store/job":      {"errChecksum", "errChanged", "errArchive"},
}

// deciders are the functions that say whether something is allowed. What leads them to false is taken out as well, each
// of several reasons for itself.
var deciders = map[string][]string{
	"server":        {"Server.allows", "Server.keyAllows", "call.describesOwn", "call.sees", "call.root"},
	"server/policy": {"Policy.Evaluate", "statement.applies", "condition.holds"},
}

func (f *finder) function(fn *ast.FuncDecl) {
	refusal, decides := refusals[path.Dir(f.name)], slices.Contains(deciders[path.Dir(f.name)], f.in)
	if decides {
		refusal = []string{"false", "Deny"}
	}
	ast.Inspect(fn.Body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CallExpr:
			if result, ok := f.syncOf(n); ok {
				f.add(n, durable, nothing[result], result)
			}
			if result, ok := compares[dotted(n.Fun)]; ok {
				f.add(n, checked, nothing[result], result)
			}
		case *ast.SelectorExpr:
			if dotted(n) == "pebble.Sync" {
				f.add(n, durable, "pebble.NoSync", "*pebble.WriteOptions")
			}
		case *ast.BinaryExpr:
			if (n.Op == token.EQL || n.Op == token.NEQ) && f.hashes && (sums.MatchString(f.textOf(n.X)) || sums.MatchString(f.textOf(n.Y))) {
				f.condition(n, n.Op == token.EQL)
			}
		case *ast.IfStmt:
			switch {
			case refusal == nil || !f.refuses(n.Body.List, refusal):
			case decides:
				f.each(n.Cond)
			default:
				f.refused(n.Cond)
			}
		case *ast.SwitchStmt:
			if n.Tag == nil && refusal != nil {
				for _, c := range n.Body.List {
					if c := c.(*ast.CaseClause); f.refuses(c.Body, refusal) {
						for _, cond := range c.List {
							f.refused(cond)
						}
					}
				}
			}
		}
		return true
	})
}

// dotted is a name, or one of a package; "" for anything else.
func dotted(n ast.Expr) string {
	switch n := n.(type) {
	case *ast.Ident:
		return n.Name
	case *ast.SelectorExpr:
		if x, ok := n.X.(*ast.Ident); ok {
			return x.Name + "." + n.Sel.Name
		}
	}
	return ""
}

// refused is a condition that leads to a refusal.
func (f *finder) refused(cond ast.Expr) {
	if translates.MatchString(f.textOf(cond)) {
		return
	}
	f.condition(cond, false)
	var inner ast.Expr
	switch x := cond.(type) {
	case *ast.UnaryExpr:
		inner = x.X
	case *ast.BinaryExpr:
		if x.Op != token.LAND && x.Op != token.LOR {
			inner = x.X
		}
	}
	if call, ok := inner.(*ast.CallExpr); ok && compares[dotted(call.Fun)] != "" { // which is the same once more
		f.seen[[2]int{f.offset(call.Pos()), f.offset(call.End())}] = true
	}
}

// each takes the reasons of a decision one by one.
func (f *finder) each(cond ast.Expr) {
	if x, ok := cond.(*ast.BinaryExpr); ok && x.Op == token.LOR {
		f.each(x.X)
		f.each(x.Y)
		return
	}
	f.condition(cond, false)
}

// condition is a verification that something is so. Taken out, it always is.
func (f *finder) condition(n ast.Expr, so bool) {
	if so {
		f.add(n, checked, "true", "")
	} else {
		f.add(n, checked, "false", "")
	}
}

// refuses says whether a branch is one that refuses: by a statement of its own, not by one in a branch of it.
func (f *finder) refuses(body []ast.Stmt, refusal []string) (does bool) {
	for _, s := range body {
		switch s.(type) {
		case *ast.ReturnStmt, *ast.AssignStmt:
			ast.Inspect(s, func(n ast.Node) bool {
				switch n := n.(type) {
				case *ast.Ident:
					does = does || says(refusal, n.Name)
				case *ast.BasicLit:
					does = does || says(refusal, strings.Trim(n.Value, `"`))
				}
				return !does
			})
		}
	}
	return does
}

func says(refusal []string, name string) bool {
	return slices.ContainsFunc(refusal, func(word string) bool {
		return name == word || word == "err" && len(name) > 3 && name[:3] == word && name[3] >= 'A' && name[3] <= 'Z'
	}) && name != "err"
}

// named finds what a table names in a function and no rule finds: conditions, by their source.
func (f *finder) named(fn *ast.FuncDecl, t []row) {
	for _, r := range t {
		if r.Func != f.in || slices.ContainsFunc(f.found, func(s *site) bool { return s.Func == r.Func && s.Text == r.Text }) {
			continue
		}
		ast.Inspect(fn.Body, func(n ast.Node) bool {
			if x, ok := n.(ast.Expr); ok && r.Text == strings.Join(strings.Fields(f.textOf(x)), " ") {
				f.condition(x, r.So)
				return false
			}
			return true
		})
	}
}
