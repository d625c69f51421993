package server

import (
	"hash"

	"spaces/server/storage"
)

// running is a checksum of a body that is being read. The nil one is of no
// algorithm.
type running struct {
	algorithm *algorithm
	hash      hash.Hash
}

func (a *algorithm) run() *running {
	if a == nil {
		return nil
	}
	return &running{a, a.new()}
}

func (r *running) sum() []byte {
	if r == nil {
		return nil
	}
	return r.hash.Sum(nil)
}

func (r *running) checksum() storage.Checksum {
	if r == nil {
		return storage.Checksum{}
	}
	return checksumOf(r.algorithm, r.hash.Sum(nil))
}

// bodySums are the checksums of one body: the one that its client claims, nil
// when it claims none, and the one that is kept. They may be the same.
type bodySums struct{ given, kept *running }

// sums begins what a claim needs. The one that is kept is of the algorithm
// wanted; nil: the claimed one, or else the standard one.
func (k *claim) sums(wanted *algorithm) bodySums {
	s := bodySums{given: k.algorithm.run()}
	switch {
	case wanted == nil && k.algorithm != nil, wanted != nil && wanted == k.algorithm:
		s.kept = s.given
	case wanted == nil:
		s.kept = standard.run()
	default:
		s.kept = wanted.run()
	}
	return s
}

// hashes are what the engine has to feed.
func (s bodySums) hashes() []hash.Hash {
	if s.given == nil || s.given == s.kept {
		return []hash.Hash{s.kept.hash}
	}
	return []hash.Hash{s.given.hash, s.kept.hash}
}
