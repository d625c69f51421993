package storage

import (
	"context"
	"fmt"
)

// purgeSize is how many versions of a Space that is being removed go in one commit.
const purgeSize = 1000

// purge removes what is in the Spaces that EndSpace has taken away, and goes on
// with what an earlier process left.
func (c *collector) purge() error {
	c.work.Lock()
	defer c.work.Unlock()
	for _, s := range c.e.ending() {
		if err := c.purgeSpace(s); err != nil {
			return err
		}
	}
	return nil
}

func (e *Engine) ending() (list []*spaceState) {
	e.spaces.mu.RLock()
	defer e.spaces.mu.RUnlock()
	for _, s := range e.spaces.byID {
		if g := s.record.Load().Gone; g != nil && g.Ending {
			list = append(list, s)
		}
	}
	return list
}

// purgeSpace removes one, to which nobody else has a way.
func (c *collector) purgeSpace(s *spaceState) error {
	for more := true; more; {
		if c.halting() {
			return nil
		}
		var err error
		if more, err = c.purgeRound(s); err != nil {
			return fmt.Errorf("remove what is in the destroyed Space %q: %w", s.id, err)
		}
	}
	t := c.e.begin()
	if err := t.endUploads(s.id); err != nil {
		t.abandon()
		return err
	}
	nulls := within(recNull, s.id, "")
	_ = t.b.DeleteRange(nulls, after(nulls), nil)
	t.delete(spaceKey(recSpace, s.id))
	t.delete(spaceKey(recCounters, s.id))
	if err := t.commit(context.Background(), &held{}); err != nil {
		return fmt.Errorf("remove the destroyed Space %q: %w", s.id, err)
	}
	c.e.spaces.mu.Lock()
	delete(c.e.spaces.byID, s.id)
	c.e.spaces.mu.Unlock()
	c.kick() // what the uploads had goes next
	return nil
}

// purgeRound removes some versions, and says whether there were any.
func (c *collector) purgeRound(s *spaceState) (more bool, err error) {
	t, n := c.e.begin(), 0
	for _, letter := range objectLetters {
		from := within(letter, s.id, "")
		err := c.e.scan(from, after(from), func(key, value []byte) (bool, error) {
			o, err := decodeObject("", value)
			if err != nil {
				return false, err
			}
			objects := int64(0)
			if letter == recObject {
				objects = 1
			}
			t.delete(append([]byte(nil), key...))
			t.count(s, -objects, -o.Size)
			t.refer(o.body, -1)
			n++
			return n < purgeSize, nil
		})
		if err != nil {
			t.abandon()
			return false, err
		}
	}
	if n == 0 {
		t.abandon()
		return false, nil
	}
	return true, t.commit(context.Background(), &held{})
}
