package storage

import (
	"encoding/binary"
	"hash/crc32"
)

// The format of Pebble's logs and manifests, as its package record documents
// it: blocks of 32 KiB with chunks, which make up records. It is read here as
// Pebble reads it, and beyond the place where Pebble stops.
const (
	logBlock      = 32 << 10
	chunkLegacy   = 7                 // CRC, length, type
	chunkRecycled = chunkLegacy + 4   // and the number of the log
	chunkSynced   = chunkRecycled + 8 // and how far it was synced before
)

// chunk is one piece of a record.
type chunk struct {
	payload     []byte
	first, last bool
	promised    int64 // the log was synced up to here before it was written
	end         int64
}

// logText is a log in memory, or a manifest, which has the number 0.
type logText struct {
	data []byte
	num  uint32
	last logRun // of the marks
}

// What is at a place of a log that is no chunk.
type logEnd int

const (
	notEnded  logEnd = iota
	logTorn          // something that is not whole
	logOut           // the end of the file
	logClosed        // the mark of a log that was closed in order
)

// chunkAt reads the chunk at a place, or after the padding there.
func (l logText) chunkAt(at int64) (c chunk, begin int64, end logEnd) {
	for {
		stop := min((at/logBlock+1)*logBlock, int64(len(l.data)))
		room := stop - at
		if room < chunkLegacy {
			if stop%logBlock != 0 || stop == 0 {
				if room == 0 {
					return c, at, logOut
				}
				return c, at, logTorn
			}
			if stop == int64(len(l.data)) {
				return c, stop, logOut
			}
			at = stop
			continue
		}
		h := l.data[at:stop]
		if padding(h) && stop%logBlock == 0 {
			at = stop
			continue
		}
		c, end = l.parse(h)
		c.end += at
		return c, at, end
	}
}

// padding is at the end of a block where no other chunk had room.
func padding(h []byte) bool {
	if len(h) >= chunkSynced {
		return false
	}
	n := len(h)
	if n < chunkRecycled {
		n = chunkLegacy // Pebble looks no further
	}
	for _, b := range h[:n] {
		if b != 0 {
			return false
		}
	}
	return true
}

// parse reads the chunk that a block goes on with; its end is relative.
func (l logText) parse(h []byte) (c chunk, end logEnd) {
	head, kind, num := chunkHead(h)
	if head == 0 || head > len(h) {
		return c, logTorn
	}
	if head > chunkLegacy && num != l.num {
		if num == l.num+1 && h[6] == 5 && [6]byte(h) == [6]byte{} {
			return c, logClosed
		}
		return c, logTorn // with any other head Pebble takes it for closed: a bit may have flipped
	}
	n := head + int(binary.LittleEndian.Uint16(h[4:]))
	if n > len(h) || crcOf(h[6:n]) != binary.LittleEndian.Uint32(h) {
		return c, logTorn
	}
	c = chunk{payload: h[head:n], first: kind == 0 || kind == 1, last: kind == 0 || kind == 3, end: int64(n)}
	if head == chunkSynced {
		c.promised = int64(binary.LittleEndian.Uint64(h[chunkRecycled:]))
	}
	return c, notEnded
}

// chunkHead is the length of a chunk's head, 0: no chunk; which piece of its
// record it is (whole, first, middle, last); and the number of its log.
func chunkHead(h []byte) (head, kind int, num uint32) {
	if h[6] == 0 || h[6] > 12 {
		return 0, 0, 0
	}
	kind = int(h[6]-1) % 4
	head = []int{chunkLegacy, chunkRecycled, chunkSynced}[(h[6]-1)/4]
	if head > chunkLegacy && len(h) >= chunkRecycled {
		num = binary.LittleEndian.Uint32(h[chunkLegacy:])
	}
	return head, kind, num
}

// crcOf is Pebble's checksum: CRC32C, masked as LevelDB does it.
func crcOf(b []byte) uint32 {
	c := crc32.Checksum(b, castagnoli)
	return (c>>15 | c<<17) + 0xa282ead8
}
