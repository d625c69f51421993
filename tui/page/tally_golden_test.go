package page

import (
	"testing"

	"spaces/store"
	"spaces/tui/kit/kittest"
)

func TestUsageAndFindScreens(t *testing.T) {
	sizes := map[string][]kittest.Option{"": nil, " 120x40": {kittest.Size(120, 40)}, " 40x12": {kittest.Size(40, 12)}}
	screens := map[string]func(t *testing.T, options ...kittest.Option) *shelf{
		"usage": func(t *testing.T, options ...kittest.Option) *shelf {
			s, _ := weighed(t, options...)
			s.Press("j", "space")
			return s
		},
		"usage largest": func(t *testing.T, options ...kittest.Option) *shelf {
			s, _ := weighed(t, options...)
			s.Press("]")
			return s
		},
		"usage copies": func(t *testing.T, options ...kittest.Option) *shelf {
			s, _ := weighed(t, options...)
			s.Press("[")
			return s
		},
		"usage older": func(t *testing.T, options ...kittest.Option) *shelf {
			s, _ := aged(t, options...)
			s.Press(".")
			return s
		},
		"usage older uncounted": func(t *testing.T, options ...kittest.Option) *shelf {
			s, _ := aged(t, options...)
			s.Press("[")
			return s
		},
		"find": func(t *testing.T, options ...kittest.Option) *shelf {
			s, _ := searched(t, options...)
			return s
		},
		"find mistake": func(t *testing.T, options ...kittest.Option) *shelf {
			s, _ := searched(t, options...)
			s.Type("*.jpg age>7")
			return s
		},
		"find results": func(t *testing.T, options ...kittest.Option) *shelf {
			s, _ := searched(t, options...)
			s.Type("*.jpg")
			s.Press("enter", "j", "space")
			return s
		},
		"find nothing": func(t *testing.T, options ...kittest.Option) *shelf {
			s, _ := searched(t, options...)
			s.Type("*.gif >1M")
			s.Press("enter")
			return s
		},
	}
	for name, show := range screens {
		for at, options := range sizes {
			t.Run(name+at, func(t *testing.T) { show(t, options...).golden() })
		}
	}
}

func TestUsageScreensWithoutRows(t *testing.T) {
	usage := func(s *shelf, space string) {
		s.Show(New(s.Context, store.Place{Space: space, Tab: store.Usage}))
	}
	t.Run("empty", func(t *testing.T) {
		s := newShelf(t)
		s.Space(t, "media")
		usage(s, "media")
		s.golden()
	})
	t.Run("counting", func(t *testing.T) {
		s := newShelf(t)
		s.Space(t, "media")
		s.Hold()
		usage(s, "media")
		s.golden()
	})
}
