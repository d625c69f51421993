package preview

import (
	"slices"
	"strings"
)

// lang is what has to be known of a language to paint it: no more than that a reader finds his way.
type lang struct {
	title    string
	names    []string // extensions and parts of content types
	line     []string // what begins a comment that ends with the line
	block    []block
	quotes   string // of strings that end within the line
	words    string // keywords, between blanks
	folds    bool   // keywords in any case
	key      string // what is between a key and its value
	sections bool   // [lines] in brackets are heads
	markup   bool
	set      map[string]bool
}

// block is what may go on over lines.
type block struct {
	from, to string
	comment  bool
}

var (
	cComment  = block{"/*", "*/", true}
	plainText = &lang{title: "Text"}
)

// langs are the languages that people keep most in object stores.
var langs = prepared([]*lang{
	{title: "Go", names: []string{"go"}, line: []string{"//"}, block: []block{cComment, {"`", "`", false}}, quotes: `"'`,
		words: "break case chan const continue default defer else fallthrough for func go goto if import interface map package range return select struct switch type var nil true false"},
	{title: "Python", names: []string{"py", "python"}, line: []string{"#"}, block: []block{{`"""`, `"""`, false}, {"'''", "'''", false}}, quotes: `"'`,
		words: "and as assert async await break class continue def del elif else except finally for from global if import in is lambda nonlocal not or pass raise return try while with yield None True False self"},
	{title: "JavaScript", names: []string{"js", "mjs", "cjs", "jsx", "ts", "tsx", "javascript", "typescript"}, line: []string{"//"}, block: []block{cComment, {"`", "`", false}}, quotes: `"'`,
		words: "async await break case catch class const continue debugger default delete do else enum export extends finally for from function if implements import in instanceof interface let new null of return static super switch this throw true false try type typeof undefined var void while with yield"},
	{title: "C", names: []string{"c", "h", "cc", "cpp", "hpp", "java", "rs", "swift", "kt", "cs", "scala", "php", "proto"}, line: []string{"//"}, block: []block{cComment}, quotes: `"'`,
		words: "auto bool break case catch char class const continue default do double else enum extends extern false final float fn for func if impl implements import include int interface let long match mod mut namespace new null override package private protected pub public return short static struct super switch this throw throws trait true try typedef union unsigned use using var virtual void where while"},
	{title: "Shell", names: []string{"sh", "bash", "zsh", "x-sh", "x-shellscript", "dockerfile", "makefile"}, line: []string{"#"}, quotes: `"'`,
		words: "if then else elif fi for while until do done case esac in function return local export readonly set unset source exit echo cd eval exec trap shift test true false"},
	{title: "SQL", names: []string{"sql"}, line: []string{"--"}, block: []block{cComment}, quotes: `'"`, folds: true,
		words: "add all alter and as asc begin between by case check column commit constraint copy create cross database default delete desc distinct drop else end exists foreign from full grant group having if in index inner insert into is join key left like limit not null offset on or order outer primary references returning revoke right rollback select set table then transaction trigger true false truncate union unique update using values view when where with int integer bigint text varchar timestamp boolean"},
	{title: "CSS", names: []string{"css", "scss", "less"}, block: []block{cComment}, quotes: `"'`, key: ":"},
	{title: "YAML", names: []string{"yaml", "yml", "x-yaml"}, line: []string{"#"}, quotes: `"'`, key: ":", words: "true false null yes no on off"},
	{title: "TOML", names: []string{"toml"}, line: []string{"#"}, block: []block{{`"""`, `"""`, false}, {"'''", "'''", false}}, quotes: `"'`, key: "=", sections: true, words: "true false"},
	{title: "INI", names: []string{"ini", "cfg", "conf", "env", "properties", "service"}, line: []string{"#", ";"}, quotes: `"`, key: "=", sections: true, words: "true false yes no on off"},
	{title: "HTML", names: []string{"html", "htm", "xhtml"}, markup: true},
	{title: "XML", names: []string{"xml", "svg", "xsd", "xsl", "rss", "atom", "plist", "kml", "svg+xml"}, markup: true},
	{title: "JSON", names: []string{"json", "map"}, quotes: `"`, words: "true false null"},
	{title: "Diff", names: []string{"diff", "patch"}, line: []string{"---", "+++", "@@"}},
})

func prepared(all []*lang) []*lang {
	for _, l := range all {
		l.set = map[string]bool{}
		for w := range strings.FieldsSeq(l.words) {
			l.set[w] = true
		}
	}
	return all
}

// word says whether a word is one of the language's own.
func (l *lang) word(w string) bool {
	if l.folds {
		w = strings.ToLower(w)
	}
	return l.set[w]
}

// langOf is the language of a text: by how it begins, by its type, by its name.
func langOf(text, kind, ext string) *lang {
	begins := strings.ToLower(strings.TrimSpace(text[:min(len(text), 256)]))
	first, _, _ := strings.Cut(begins, "\n")
	switch {
	case strings.HasPrefix(begins, "<!doctype html"), strings.HasPrefix(begins, "<html"):
		return named("html")
	case strings.HasPrefix(begins, "<?xml"):
		return named("xml")
	case strings.HasPrefix(first, "#!"):
		for _, name := range []string{"python", "javascript", "bash"} {
			if strings.Contains(first, name) {
				return named(name)
			}
		}
		if strings.Contains(first, "node") {
			return named("js")
		}
		return named("sh")
	}
	_, sub, _ := strings.Cut(kind, "/")
	for _, name := range []string{sub, strings.TrimPrefix(sub, "x-"), ext} {
		if l := named(name); l != plainText {
			return l
		}
	}
	return plainText
}

func named(name string) *lang {
	for _, l := range langs {
		if name != "" && slices.Contains(l.names, name) {
			return l
		}
	}
	return plainText
}
