package job

import (
	"fmt"
	"os"
	"testing"
)

func TestStepsThatAreTooManyForMemoryAreHeldInAFile(t *testing.T) {
	was := heldChunks
	heldChunks = 3
	defer func() { heldChunks = was }()
	dir := t.TempDir()
	s := newSteps(dir)
	name := func(i int) string { return fmt.Sprintf("a-name-that-takes-some-room-%08d", i) }
	const many = 30_000
	var at []pos
	for i := range many {
		p, err := s.add(t.Context(), record{name: name(i), size: int64(i)})
		if err != nil {
			t.Fatal(err)
		}
		at = append(at, p)
	}
	s.close()
	held := 0
	for _, c := range s.chunks {
		if c.data != nil {
			held++
		}
	}
	if len(s.chunks) < 10 || held > 4 {
		t.Errorf("%d of %d chunks are in memory", held, len(s.chunks))
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("files that would outlive the program: %v %v", left, err)
	}
	for _, i := range []int{many - 1, 0, many / 2, 1, many / 2, many / 3, 7 * many / 8} {
		if r := s.at(at[i]); r.name != name(i) {
			t.Errorf("step %d is %q", i, r.name)
		}
	}
	n := 0
	s.each(func(_ pos, r record) bool {
		if r.name != name(n) {
			t.Fatalf("%q is number %d", r.name, n)
		}
		n++
		return true
	})
	if n != many {
		t.Errorf("%d of %d were told", n, many)
	}
	for taken := 0; ; {
		at, records, err := s.take(t.Context(), 100, true, nil)
		if err != nil || len(at) == 0 {
			if taken != many {
				t.Errorf("%d of %d were taken: %v", taken, many, err)
			}
			break
		}
		for _, r := range records {
			if r.name != name(taken) {
				t.Fatalf("%q comes as number %d", r.name, taken)
			}
			taken++
		}
		s.done(at...)
	}
}
