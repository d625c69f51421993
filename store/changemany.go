package store

import (
	"context"
	"encoding/xml"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/aws/smithy-go"
)

// Alter is what ChangeMany changes of objects. What is not named stays.
type Alter struct {
	Access Access            // Private, PublicRead; "": stays
	Set    map[string]string // headers and x-amz-meta-*
	Unset  []string
	Tag    map[string]string
	Untag  []string

	If   *Alter // only of objects that are as it says, all of it; others are a Precondition
	Tell bool   // how they were: see Change.Was
}

// Altered names an object for ChangeMany.
type Altered struct {
	Key     string
	IfMatch string // an ETag that it must have, or ""
}

// Change is what became of an object in a ChangeMany.
type Change struct {
	Modified time.Time // of it, as it is now
	Was      *Alter    // what would make it again as it was; nil: not told
	Err      error     // why it stayed as it was
}

// CanChangeMany says whether ChangeMany is worth trying.
func (s *Store) CanChangeMany() bool { return s.isOurs() && !s.learned.noChanges.Load() }

// changeObjects is the document of a ChangeObjects (README, "What it understands of S3").
type changeObjects struct {
	XMLName xml.Name `xml:"ChangeObjects"`
	Tell    bool     `xml:"Tell,omitempty"`
	changeNames
	If      *changeNames   `xml:"If"`
	Objects []changeObject `xml:"Object"`
}

// changeNames are values, and what is without one.
type changeNames struct {
	ACL   Access         `xml:"ACL,omitempty"`
	Set   []changeHeader `xml:"Set"`
	Unset []string       `xml:"Unset"`
	Tag   []changeTag    `xml:"Tag"`
	Untag []string       `xml:"Untag"`
}

type changeHeader struct{ Name, Value string }
type changeTag struct{ Key, Value string }
type changeObject struct {
	Key  string `xml:"Key"`
	ETag string `xml:"ETag,omitempty"`
}

type changeObjectsResult struct {
	Changed []struct {
		Key          string
		LastModified time.Time
		Was          *changeNames
	}
	Errors []struct{ Key, Code, Message string } `xml:"Error"`
}

func (a Alter) document() changeObjects {
	doc := changeObjects{Tell: a.Tell, changeNames: a.names()}
	if a.If != nil {
		doc.If = new(a.If.names())
	}
	return doc
}

func (a Alter) names() changeNames {
	doc := changeNames{ACL: a.Access, Unset: a.Unset, Untag: a.Untag}
	for _, name := range slices.Sorted(maps.Keys(a.Set)) {
		doc.Set = append(doc.Set, changeHeader{name, a.Set[name]})
	}
	for _, name := range slices.Sorted(maps.Keys(a.Tag)) {
		doc.Tag = append(doc.Tag, changeTag{name, a.Tag[name]})
	}
	return doc
}

func (n *changeNames) alter() *Alter {
	a := &Alter{Access: n.ACL, Unset: n.Unset, Untag: n.Untag, Set: make(map[string]string, len(n.Set)), Tag: make(map[string]string, len(n.Tag))}
	for _, h := range n.Set {
		a.Set[h.Name] = h.Value
	}
	for _, t := range n.Tag {
		a.Tag[t.Key] = t.Value
	}
	return a
}

// ChangeMany changes the permissions, tags, headers and metadata of up to 1000 objects of a Space at once, and says what became
// of each, in their order: where the endpoint has such a request, else Unsupported. A key that the request cannot carry is
// Unsupported by itself. The error that it returns itself means that nothing is known of any.
func (s *Store) ChangeMany(ctx context.Context, space string, list []Altered, a Alter) ([]Change, error) {
	op := fmt.Sprintf("change %d objects in", len(list))
	if !s.CanChangeMany() || len(list) > 1000 {
		return nil, &Error{Op: op, Ref: Ref{Space: space}, Kind: Unsupported, Err: Unsupported}
	}
	out := make([]Change, len(list))
	doc := a.document()
	at := make(map[string]int, len(list))
	for i, o := range list {
		if !inXML(o.Key) {
			out[i].Err = &Error{Op: "change", Ref: Ref{Space: space, Key: o.Key}, Kind: Unsupported, Err: Unsupported}
			continue
		}
		at[o.Key] = i
		x := changeObject{Key: o.Key}
		if o.IfMatch != "" {
			x.ETag = *quotedETag(o.IfMatch)
		}
		doc.Objects = append(doc.Objects, x)
	}
	if len(doc.Objects) == 0 {
		return out, nil
	}
	if err := s.changeBatch(ctx, space, doc, at, out); err != nil {
		if err = s.wrap(op, Ref{Space: space}, err); KindOf(err) == Unsupported {
			s.learned.noChanges.Store(true)
		}
		return nil, err
	}
	return out, nil
}

func (s *Store) changeBatch(ctx context.Context, space string, doc changeObjects, at map[string]int, out []Change) error {
	text, err := xml.Marshal(doc)
	if err != nil {
		return err
	}
	var said changeObjectsResult
	if err := s.extend(ctx, space, extension{name: "ChangeObjects", query: "changeObjects", body: text, result: &said}); err != nil {
		return err
	}
	told := 0
	for _, c := range said.Changed {
		if i, ok := at[c.Key]; ok {
			if out[i].Modified = c.LastModified; c.Was != nil {
				out[i].Was = c.Was.alter()
			}
			told++
		}
	}
	if told+len(said.Errors) != len(doc.Objects) {
		return fmt.Errorf("%d objects were to be changed, and the endpoint tells of %d", len(doc.Objects), told+len(said.Errors))
	}
	for _, e := range said.Errors {
		i, ok := at[e.Key]
		if !ok {
			return fmt.Errorf("the endpoint tells of %q, which was not to be changed: %s", e.Key, e.Code)
		}
		out[i].Err = s.wrap("change", Ref{Space: space, Key: e.Key}, &smithy.GenericAPIError{Code: e.Code, Message: e.Message})
	}
	return nil
}
