package store

import (
	"context"
	"encoding/xml"
	"fmt"

	"github.com/aws/smithy-go"
)

// Renaming is an object of a Space and the key that it gets.
type Renaming struct {
	From, To string
	RenameOptions
}

// CanRenameMany says whether RenameMany is worth trying.
func (s *Store) CanRenameMany() bool {
	return s.isOurs() && s.CanRename() && !s.learned.noRenames.Load()
}

// renameObjects is the document of a RenameObjects (README, "What it understands of S3").
type renameObjects struct {
	XMLName xml.Name       `xml:"RenameObjects"`
	Quiet   bool           `xml:"Quiet"`
	Objects []renameObject `xml:"Object"`
}

type renameObject struct {
	Key         string `xml:"Key"`
	NewKey      string `xml:"NewKey"`
	ETag        string `xml:"ETag,omitempty"`
	IfNoneMatch string `xml:"IfNoneMatch,omitempty"`
}

type renameObjectsResult struct {
	Errors []struct{ Key, NewKey, Code, Message string } `xml:"Error"`
}

// RenameMany is RenameIf for up to 1000 objects of a Space at once, and gives an error for each that has not moved, in
// their order: where the endpoint has such a request, else Unsupported. The error that it returns itself means that nothing
// is known of any.
func (s *Store) RenameMany(ctx context.Context, space string, list []Renaming) (failed []error, err error) {
	op := fmt.Sprintf("rename %d objects in", len(list))
	if !s.CanRenameMany() || len(list) > 1000 {
		return nil, &Error{Op: op, Ref: Ref{Space: space}, Kind: Unsupported, Err: Unsupported}
	}
	failed = make([]error, len(list))
	doc := renameObjects{Quiet: true}
	at := make(map[[2]string]int, len(list))
	var single []int
	for i, r := range list {
		if !inXML(r.From) || !inXML(r.To) {
			single = append(single, i)
			continue
		}
		o := renameObject{Key: r.From, NewKey: r.To}
		if r.IfMatch != "" {
			o.ETag = *quotedETag(r.IfMatch)
		}
		if r.IfNoneMatch {
			o.IfNoneMatch = "*"
		}
		at[[2]string{r.From, r.To}] = i
		doc.Objects = append(doc.Objects, o)
	}
	if err := s.renameBatch(ctx, space, doc, at, failed); err != nil {
		if err = s.wrap(op, Ref{Space: space}, err); KindOf(err) == Unsupported {
			s.learned.noRenames.Store(true)
		}
		return nil, err
	}
	each(ctx, single, func(i int) {
		r := list[i]
		failed[i] = s.RenameIf(finishing(ctx), Ref{Space: space, Key: r.From}, Ref{Space: space, Key: r.To}, r.RenameOptions)
	})
	return failed, nil
}

func (s *Store) renameBatch(ctx context.Context, space string, doc renameObjects, at map[[2]string]int, failed []error) error {
	if len(doc.Objects) == 0 {
		return nil
	}
	text, err := xml.Marshal(doc)
	if err != nil {
		return err
	}
	var said renameObjectsResult
	if err := s.extend(ctx, space, extension{name: "RenameObjects", query: "renameObjects", body: text, result: &said}); err != nil {
		return err
	}
	for _, e := range said.Errors {
		i, ok := at[[2]string{e.Key, e.NewKey}]
		if !ok {
			return fmt.Errorf("the endpoint tells of %q, which was not to be renamed: %s", e.Key, e.Code)
		}
		failed[i] = s.wrap("rename", Ref{Space: space, Key: e.Key}, &smithy.GenericAPIError{Code: e.Code, Message: e.Message})
	}
	return nil
}
