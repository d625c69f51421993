package links

import (
	"slices"
	"strings"
	"time"
)

// Limits of a link that receives files.
type Limits struct {
	Size  int64    `json:"max_size,omitempty"`  // bytes of each file; 0: what a PUT may have
	Files int      `json:"max_files,omitempty"` // 0: any number
	Types []string `json:"types,omitempty"`     // as in the attribute accept of HTML: image/*, application/pdf, .docx; none: any
}

// Arrival is a file that came by a link.
type Arrival struct {
	Name string    `json:"name"` // below the folder, as it is stored
	Size int64     `json:"size"`
	Type string    `json:"type"`
	At   time.Time `json:"at"`
	From string    `json:"from,omitempty"` // address of who sent it
}

const (
	maxTypes = 30
	maxFiles = 1_000_000
	maxCame  = 200 // arrivals that are kept
)

// checked gives limits as they are kept; ErrLimits.
func (m *Limits) checked() (*Limits, error) {
	k := &Limits{Size: m.Size, Files: m.Files}
	if m.Size < 0 || m.Files < 0 || m.Files > maxFiles || len(m.Types) > maxTypes {
		return nil, ErrLimits
	}
	for _, t := range m.Types {
		if t = strings.ToLower(strings.TrimSpace(t)); !validPattern(t) {
			return nil, ErrLimits
		}
		if !slices.Contains(k.Types, t) {
			k.Types = append(k.Types, t)
		}
	}
	return k, nil
}

// Admit lets a file in: it counts against the limit from here on, which is written. done must follow, with what came, or
// nil for nothing.
func (h *Held) Admit() (done func(*Arrival) error, err error) {
	_, err = h.change(func(l *Link) error {
		switch err := l.usable(h.book.now()); {
		case err != nil:
			return err
		case l.Limits == nil:
			return ErrNone
		case l.Limits.Files > 0 && l.Count+l.Begun >= l.Limits.Files:
			return ErrFull
		}
		l.Begun++
		return nil
	})
	return func(a *Arrival) error {
		_, err := h.change(func(l *Link) error {
			if l.Begun--; a == nil {
				return nil
			}
			l.Count++
			l.Bytes += a.Size
			l.Last = a.At
			l.Came = append(slices.Clip(l.Came), *a)
			l.Came = l.Came[max(0, len(l.Came)-maxCame):]
			return nil
		})
		return err
	}, err
}
