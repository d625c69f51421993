package page

import (
	"context"
	"strings"

	"spaces/store"
	"spaces/tui/kit"
)

// trashPages is how much of a batch is counted for the screen: pages of a listing.
const trashPages = 10

// holding is what is in a batch, as far as it was counted.
type holding struct {
	objects, bytes int64
	more           bool   // than was counted
	what           string // the one thing, or the folder that has all that was counted
	from           string // the folder that it lay in
	public         bool   // it has a folder of what was public, and nothing else
	err            error
}

// held counts what is in a batch.
func held(ctx context.Context, s *store.Store, space string, b store.TrashBatch) (h holding, err error) {
	first, last := "", ""
	for _, prefix := range []string{b.Prefix(), b.Public()} {
		request := store.ListRequest{Space: space, Prefix: prefix}
		for n := 0; ; n++ {
			page, err := s.List(ctx, request)
			if err != nil {
				return h, err
			}
			if len(page.Entries) > 0 && prefix == b.Public() && h.objects == 0 {
				h.public = true
			}
			for _, e := range page.Entries {
				key := e.Key[len(prefix):]
				if h.objects++; first == "" || key < first {
					first = key
				}
				h.bytes += e.Size
				last = max(last, key)
			}
			if !page.More {
				break
			}
			if request.After = page.Next; n+1 == trashPages {
				h.more = true
				break
			}
		}
	}
	h.name(first, last)
	return h, nil
}

// name tells what was deleted by the first and the last key of it.
func (h *holding) name(first, last string) {
	n := 0
	for n < min(len(first), len(last)) && first[n] == last[n] {
		n++
	}
	folder := first[:strings.LastIndexByte(first[:n], '/')+1]
	switch {
	case h.objects == 1 && first != "":
		h.from = first[:strings.LastIndexByte(strings.TrimSuffix(first, "/"), '/')+1]
		h.what = first[len(h.from):]
	case folder != "" && !h.more:
		h.from = folder[:strings.LastIndexByte(folder[:len(folder)-1], '/')+1]
		h.what = folder[len(h.from):]
	case first != "":
		name, _, below := strings.Cut(first, "/")
		if below {
			name += "/"
		}
		h.what = name + " and more"
	}
}

// count is how many objects there are, in words.
func (h *holding) count() string {
	if h.more {
		return "≥ " + kit.Count(h.objects)
	}
	return kit.Count(h.objects)
}
