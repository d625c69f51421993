package dialog

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"spaces/store"
	"spaces/store/job"
	"spaces/tui/kit"
)

// MostRenamed is how many things are renamed at once.
const MostRenamed = 1000

const renameHead = `# One name a line, behind its number. Change names and save: you are asked before anything is renamed.
# Lines stay, with their numbers; lines that begin with # do not count. Folders end in a slash.
`

// namesText is what is edited: the names of sources.
func namesText(sources []job.Source) string {
	var b strings.Builder
	b.WriteString(renameHead)
	for i, s := range sources {
		fmt.Fprintf(&b, "%d\t%s\n", i+1, lineOf(store.Base(s.Ref.Key)))
	}
	return b.String()
}

// lineOf is a name as a line of a text. One that no line can hold is escaped: unless it is changed it stays what it is.
func lineOf(name string) string {
	control := func(r rune) bool { return r < ' ' || r == 0x7f || r == 0x85 || r == 0x2028 || r == 0x2029 }
	if !utf8.ValidString(name) || strings.ContainsFunc(name, control) {
		return shown(name)
	}
	return name
}

// renamed reads what was edited: those of the sources that are to be renamed, with their names. The error is a sentence
// that names the line.
func renamed(text string, dir string, sources []job.Source) ([]job.Source, error) {
	lines := make(map[int]int, len(sources)) // of numbers
	var list []job.Source
	for n, line := range strings.Split(strings.ReplaceAll(text, "\r\n", "\n"), "\n") {
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		digits, to, tabbed := strings.Cut(line, "\t")
		at, err := strconv.Atoi(strings.TrimSpace(digits))
		switch {
		case !tabbed || err != nil || at < 1 || at > len(sources):
			return nil, fmt.Errorf("line %d does not begin with one of the numbers and a tab", n+1)
		case lines[at] > 0:
			return nil, fmt.Errorf("lines %d and %d have the same number", lines[at], n+1)
		}
		lines[at] = n + 1
		s := sources[at-1]
		if to == lineOf(store.Base(s.Ref.Key)) {
			continue
		}
		if s.Folder {
			to = strings.TrimSuffix(to, "/")
		}
		if err := newName(dir, to, s.Folder); err != nil {
			return nil, fmt.Errorf("line %d: %w", n+1, err)
		}
		if dir+to == strings.TrimSuffix(s.Ref.Key, "/") {
			continue
		}
		s.Name = to
		list = append(list, s)
	}
	for i, s := range sources {
		if lines[i+1] == 0 {
			return nil, fmt.Errorf("the line of number %d, “%s”, is missing", i+1, shown(store.Base(s.Ref.Key)))
		}
	}
	if err := distinct(dir, sources, list); err != nil {
		return nil, err
	}
	return list, nil
}

func newName(dir, to string, folder bool) error {
	end := ""
	if folder {
		end = "/"
	}
	if wrong := kit.WrongName(dir, to, end); wrong != "" {
		return sentence(wrong)
	}
	if strings.Contains(to, "/") {
		return sentence("A name has no slash in it: move takes things to another folder")
	}
	return nil
}

// sentence makes an error of a sentence, to stand behind something else.
type sentence string

func (s sentence) Error() string {
	text := strings.TrimSuffix(string(s), ".")
	if text[0] >= 'A' && text[0] <= 'Z' {
		return strings.ToLower(text[:1]) + text[1:]
	}
	return text
}

// distinct refuses names of which one is what another thing is called, before or after: nothing could take both at once.
func distinct(dir string, all, list []job.Source) error {
	before := map[string]string{}
	for _, s := range all {
		before[s.Ref.Key] = s.Ref.Key
	}
	after := map[string]string{}
	for _, s := range list {
		key := target(dir, s)
		if other, taken := after[key]; taken {
			return fmt.Errorf("“%s” and “%s” would both become “%s”", shown(store.Base(other)), shown(store.Base(s.Ref.Key)), shown(store.Base(key)))
		}
		after[key] = s.Ref.Key
	}
	for _, s := range list {
		key := target(dir, s)
		if other, is := before[key]; is {
			return fmt.Errorf("“%s” would become “%s”, which is the name of another one of them: rename that first, by itself", shown(store.Base(s.Ref.Key)), shown(store.Base(other)))
		}
	}
	return nil
}

// target is the key that a source has with its name.
func target(dir string, s job.Source) string {
	if s.Folder {
		return dir + s.Name + "/"
	}
	return dir + s.Name
}
