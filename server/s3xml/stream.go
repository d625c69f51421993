package s3xml

import (
	"errors"
	"io"
	"strings"
	"unicode/utf8"
)

// A document that is a long list is read as it comes: what is kept of it is what
// its elements say. Window is how much of the text is looked at at once, in
// bytes; an element in the list may be as large.
const Window = 64 << 10

// listReader reads such a document.
type listReader struct {
	reader
	r     io.Reader
	ended bool
	buf   []byte
}

// ReadList reads a document from r to its end and gives each element in the root
// to take, which answers false for one that it does not know. The errors are
// ErrMalformed, which may come before the end of r, and those of r.
func ReadList(r io.Reader, root string, take func(*Element) bool) error {
	l := &listReader{r: r, buf: make([]byte, Window/2)}
	name, open, err := l.begin(root)
	for err == nil && open {
		var e Element
		if open, err = l.item(&e, name); err == nil && open && !take(&e) {
			err = ErrMalformed
		}
	}
	if err == nil {
		err = l.skip()
	}
	if err == nil && l.s != "" {
		err = ErrMalformed
	}
	return err
}

// begin reads up to the end of the root's start tag. open: there may be
// something in it.
func (l *listReader) begin(root string) (name string, open bool, err error) {
	if err := l.fill(); err != nil {
		return "", false, err
	}
	l.s = strings.TrimPrefix(l.s, "\xef\xbb\xbf")
	if err := l.next(l.declaration); err != nil {
		return "", false, err
	}
	if err := l.skip(); err != nil {
		return "", false, err
	}
	err = l.next(func() (err error) {
		var e Element
		closed := false
		if name, closed, err = l.startTag(&e, 0); err == nil && e.Name != root {
			err = ErrMalformed
		}
		open = !closed
		return err
	})
	return name, open, err
}

// item reads the next element of the root, whose name in full is given, or its
// end tag. open: there was one.
func (l *listReader) item(e *Element, root string) (open bool, err error) {
	if err := l.skip(); err != nil {
		return false, err
	}
	err = l.next(func() (err error) {
		*e = Element{}
		if open = !strings.HasPrefix(l.s, "</"); open {
			return l.element(e, 1)
		}
		return l.endTag(root)
	})
	return open, err
}

// skip reads up to what is neither white space nor a comment, or to the end.
func (l *listReader) skip() error {
	for {
		l.space()
		var err error
		switch {
		case strings.HasPrefix(l.s, "<!--"):
			err = l.next(l.comment)
		case l.ended || len(l.s) >= len("<!--"):
			return nil
		default:
			err = l.fill()
		}
		if err != nil {
			return err
		}
	}
}

// next reads a piece. Where that fails because the text goes on, it is read
// again with more of it.
func (l *listReader) next(read func() error) error {
	for {
		before, count := l.s, l.count
		err := read()
		if err == nil {
			if done := before[:len(before)-len(l.s)]; !utf8.ValidString(done) || strings.IndexByte(done, 0) >= 0 {
				return ErrMalformed
			}
			return nil
		}
		if l.ended || len(before) >= Window {
			return err
		}
		l.s, l.count = before, count
		if err := l.fill(); err != nil {
			return err
		}
	}
}

// fill adds to the text that is looked at. It waits for a whole buffer: bytes that
// come one by one must not cost a look each.
func (l *listReader) fill() error {
	n := 0
	for n < len(l.buf) && !l.ended {
		k, err := l.r.Read(l.buf[n:])
		n += k
		if l.ended = errors.Is(err, io.EOF); err != nil && !l.ended {
			return err
		}
	}
	l.s += string(l.buf[:n])
	return nil
}
