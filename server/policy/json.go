package policy

import (
	"bytes"
	"encoding/json"
	"unicode/utf8"
)

// maxDepth: no valid policy nests deeper than document, Statement, statement,
// Condition, operator, list.
const maxDepth = 8

// value is a JSON value whose members are kept in order.
type value struct {
	kind    jsonKind
	text    string   // of a string, number or boolean
	items   []value  // of a list
	members []member // of an object
}

type member struct {
	name  string
	value value
}

type jsonKind uint8

const (
	null jsonKind = iota
	text
	number
	boolean
	list
	object
)

// parseJSON reads a document strictly: no name twice in one object, valid
// UTF-8, nothing after the end.
func parseJSON(doc []byte) (*value, error) {
	if len(doc) == 0 || doc[0] != '{' {
		return nil, errFirstByte
	}
	if !utf8.Valid(doc) || !json.Valid(doc) {
		return nil, errJSON
	}
	d := json.NewDecoder(bytes.NewReader(doc))
	d.UseNumber()
	var root value
	if err := root.read(d, 0); err != nil {
		return nil, err
	}
	return &root, nil
}

func (v *value) read(d *json.Decoder, depth int) error {
	t, err := d.Token()
	if err != nil || depth > maxDepth {
		return errJSON
	}
	switch t := t.(type) {
	case string:
		v.kind, v.text = text, t
	case json.Number:
		v.kind, v.text = number, t.String()
	case bool:
		v.kind, v.text = boolean, "false"
		if t {
			v.text = "true"
		}
	case json.Delim:
		if t == '[' {
			return v.readList(d, depth)
		}
		return v.readObject(d, depth)
	}
	return nil
}

func (v *value) readList(d *json.Decoder, depth int) error {
	v.kind = list
	for d.More() {
		v.items = append(v.items, value{})
		if err := v.items[len(v.items)-1].read(d, depth+1); err != nil {
			return err
		}
	}
	_, err := d.Token()
	return err
}

func (v *value) readObject(d *json.Decoder, depth int) error {
	v.kind = object
	seen := map[string]bool{}
	for d.More() {
		t, err := d.Token()
		name, ok := t.(string)
		if err != nil || !ok {
			return errJSON
		}
		if seen[name] {
			return refusef("The policy has the element %.40q twice in one place.", name)
		}
		seen[name] = true
		m := member{name: name}
		if err := m.value.read(d, depth+1); err != nil {
			return err
		}
		v.members = append(v.members, m)
	}
	_, err := d.Token()
	return err
}

// strings gives a string, or the strings of a list.
func (v *value) strings() ([]string, error) {
	if v.kind == text {
		return []string{v.text}, nil
	}
	if v.kind != list {
		return nil, errJSON
	}
	var all []string
	for _, item := range v.items {
		if item.kind != text {
			return nil, errJSON
		}
		all = append(all, item.text)
	}
	return all, nil
}

// scalars is strings that takes numbers and booleans too, as conditions do.
func (v *value) scalars() ([]string, error) {
	items := []value{*v}
	if v.kind == list {
		items = v.items
	}
	var all []string
	for _, item := range items {
		if item.kind != text && item.kind != number && item.kind != boolean {
			return nil, errJSON
		}
		all = append(all, item.text)
	}
	return all, nil
}
