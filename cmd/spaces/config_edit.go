package main

import (
	"bytes"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"

	toml "github.com/pelletier/go-toml/v2"
	"github.com/pelletier/go-toml/v2/unstable"
)

// The configuration belongs to its user: an edit changes the lines of one table, and leaves every other byte as it is.

// table is where a profile stands in the text.
type table struct {
	from, body int // of its header line, and the line after it
	end        int // after the line of the last setting
	settings   map[string]extent
}

// extent are the bytes of a setting, NAME = VALUE.
type extent struct{ from, to int }

// findProfile finds the table of a profile. ok is false where there is none.
func findProfile(text []byte, name string) (t table, ok bool) {
	var p unstable.Parser
	p.Reset(text)
	in := false
	for p.NextExpression() {
		node := p.Expression()
		names, from := keysOf(node)
		switch {
		case node.Kind == unstable.Comment:
		case node.Kind != unstable.KeyValue:
			in = node.Kind == unstable.Table && slices.Equal(names, []string{"profiles", name})
			if in && !ok {
				ok = true
				t.from, t.settings = lineStart(text, from), map[string]extent{}
				t.body = lineEnd(text, from)
				t.end = t.body
			}
		case in && len(names) == 1:
			at := extent{int(node.Raw.Offset), int(node.Raw.Offset + node.Raw.Length)}
			for at.to > at.from && (text[at.to-1] == ' ' || text[at.to-1] == '\t') {
				at.to--
			}
			t.settings[names[0]] = at
			t.end = lineEnd(text, at.to)
		}
	}
	return t, ok
}

// profileOrder are the names of profiles in the order of the text, as far as they have tables of their own.
func profileOrder(text []byte) []string {
	var order []string
	var p unstable.Parser
	p.Reset(text)
	for p.NextExpression() {
		if node := p.Expression(); node.Kind == unstable.Table {
			if names, _ := keysOf(node); len(names) == 2 && names[0] == "profiles" {
				order = append(order, names[1])
			}
		}
	}
	return order
}

// keysOf are the parts of the name of an expression, and where the first stands.
func keysOf(node *unstable.Node) (names []string, from int) {
	if node.Kind == unstable.Comment {
		return nil, 0
	}
	from = -1
	for it := node.Key(); it.Next(); {
		names = append(names, string(it.Node().Data))
		if from < 0 {
			from = int(it.Node().Raw.Offset)
		}
	}
	return names, from
}

func lineStart(text []byte, at int) int { return bytes.LastIndexByte(text[:at], '\n') + 1 }

// lineEnd is where the line after the one of at begins, or the end of the text.
func lineEnd(text []byte, at int) int {
	if n := bytes.IndexByte(text[at:], '\n'); n >= 0 {
		return at + n + 1
	}
	return len(text)
}

// setting is one line of a profile; without a value there is none.
type setting struct{ name, value string }

// settings are the lines of a profile, in the order in which a new one is written.
func (p profile) settings() []setting {
	list := []setting{
		{"endpoint", quoted(p.Endpoint)}, {"region", quoted(p.Region)}, {"addressing", quoted(p.Addressing)},
		{"credentials", quoted(p.Credentials)}, {"access_key_id", quoted(p.AccessKey)}, {"secret_access_key", quoted(p.SecretKey)},
		{"api_token", quoted(p.APIToken)}, {"api_token_env", quoted(p.APITokenEnv)}, {"api_token_keyring", yes(p.APITokenKeyring)},
		{"read_only", yes(p.ReadOnly)}, {"upload_access", quoted(p.UploadAccess)}, {"trash", yes(p.Trash)}, {"limit_rate", quoted(p.LimitRate)}, {"spaces", listed(p.Spaces)},
	}
	return list
}

// yes is a switch as a value of TOML, "" for off.
func yes(on bool) string {
	if on {
		return "true"
	}
	return ""
}

// listed are names as a value of TOML, "" for none.
func listed(names []string) string {
	if len(names) == 0 {
		return ""
	}
	all := make([]string, len(names))
	for i, s := range names {
		all[i] = quoted(s)
	}
	return "[" + strings.Join(all, ", ") + "]"
}

// quoted is a text as a value of TOML, "" for none.
func quoted(s string) string {
	switch {
	case s == "":
		return ""
	case !strings.ContainsFunc(s, func(r rune) bool { return r < 0x20 || r >= 0x7f || r == '"' || r == '\\' }):
		return `"` + s + `"`
	}
	var b bytes.Buffer
	if toml.NewEncoder(&b).Encode(map[string]string{"x": s}) != nil {
		return ""
	}
	return strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(b.String()), "x ="))
}

// withProfile is the text with a profile as p has it, which was as was has it, or was not there.
func withProfile(text []byte, name string, was *profile, p profile) ([]byte, error) {
	newline := "\n"
	if bytes.Contains(text, []byte("\r\n")) {
		newline = "\r\n"
	}
	if was == nil {
		return append(bytes.Clone(text), newTable(text, name, p, newline)...), nil
	}
	t, ok := findProfile(text, name)
	if !ok {
		return nil, notATable(name)
	}
	before := was.settings()
	var cuts []cut
	for i, s := range p.settings() {
		at, there := t.settings[s.name]
		switch {
		case s == before[i]:
		case !there && s.value != "":
			cuts = append(cuts, cut{t.end, t.end, indentOf(text, t) + s.name + " = " + s.value + newline})
		case there && s.value == "":
			cuts = append(cuts, cut{lineStart(text, at.from), lineEnd(text, at.to), ""})
		case there:
			cuts = append(cuts, cut{at.from, at.to, s.name + " = " + s.value})
		}
	}
	if len(cuts) > 0 && t.end == len(text) && !bytes.HasSuffix(text, []byte("\n")) {
		for i := range cuts { // the last line has no end yet
			if cuts[i].from == t.end {
				cuts[i].text = newline + strings.TrimSuffix(cuts[i].text, newline)
			}
		}
	}
	return apply(text, cuts), nil
}

func newTable(text []byte, name string, p profile, newline string) string {
	var b strings.Builder
	switch {
	case len(text) == 0:
	case !bytes.HasSuffix(text, []byte("\n")):
		b.WriteString(newline + newline)
	default:
		b.WriteString(newline)
	}
	key := name
	if strings.ContainsFunc(name, func(r rune) bool { return !strings.ContainsRune("-_", r) && !isBare(r) }) {
		key = strconv.Quote(name)
	}
	b.WriteString("[profiles." + key + "]" + newline)
	for _, s := range p.settings() {
		if s.value != "" {
			b.WriteString(s.name + " = " + s.value + newline)
		}
	}
	return b.String()
}

func isBare(r rune) bool {
	return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9'
}

// indentOf is what stands before the settings of a table.
func indentOf(text []byte, t table) string {
	last := -1
	for _, at := range t.settings {
		last = max(last, at.from)
	}
	if last < 0 {
		return ""
	}
	line := text[lineStart(text, last):last]
	if len(bytes.TrimLeft(line, " \t")) > 0 {
		return ""
	}
	return string(line)
}

// withoutProfile is the text without the table of a profile. What stands before and after it stays, comments too.
func withoutProfile(text []byte, name string) ([]byte, error) {
	t, ok := findProfile(text, name)
	if !ok {
		return nil, notATable(name)
	}
	end := t.end
	if next := lineEnd(text, end); end < len(text) && len(bytes.TrimSpace(text[end:next])) == 0 {
		end = next // one empty line of the two around it
	}
	return apply(text, []cut{{t.from, end, ""}}), nil
}

func notATable(name string) error {
	return fmt.Errorf("the profile %s is not written as a table of its own, [profiles.%s]: change the file by hand", name, name)
}

// cut replaces the bytes from…to.
type cut struct {
	from, to int
	text     string
}

func apply(text []byte, cuts []cut) []byte {
	slices.SortStableFunc(cuts, func(a, b cut) int { return a.from - b.from })
	var out []byte
	at := 0
	for _, c := range cuts {
		out = append(append(out, text[at:c.from]...), c.text...)
		at = c.to
	}
	return append(out, text[at:]...)
}

// onlyChanged says whether two configurations are the same but for a profile, which is as p has it; nil: it is gone.
func onlyChanged(before, after config, name string, p *profile) error {
	got, there := after.Profiles[name]
	if there != (p != nil) || there && !slices.Equal(got.settings(), p.settings()) {
		return errors.New("the profile would not be as it should")
	}
	rest := func(c config) config {
		c.path, c.bindAt = "", nil
		kept := map[string]profile{}
		for n, p := range c.Profiles {
			if n != name {
				kept[n] = p
			}
		}
		c.Profiles = kept
		return c
	}
	if !reflect.DeepEqual(rest(before), rest(after)) {
		return errors.New("something else would change with it")
	}
	return nil
}
