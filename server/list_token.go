package server

import (
	"encoding/base64"
	"encoding/binary"
	"hash/crc32"
)

// tokenVersion lets the form of continuation tokens change.
const tokenVersion = 1

// encodeToken makes an opaque continuation token of a position in a listing.
// The checksum tells a damaged token from another place in the listing.
func encodeToken(after string) string {
	b := append([]byte{tokenVersion}, after...)
	sum := tokenSum(b)
	return base64.RawURLEncoding.EncodeToString(append(b, sum[:]...))
}

func decodeToken(token string) (string, error) {
	b, err := base64.RawURLEncoding.DecodeString(token)
	if err == nil && len(b) > 5 && b[0] == tokenVersion {
		end := len(b) - 4
		if tokenSum(b[:end]) == [4]byte(b[end:]) {
			return string(b[1:end]), nil
		}
	}
	return "", errInvalidArgument("continuation-token", token, "The continuation token provided is incorrect")
}

func tokenSum(b []byte) (sum [4]byte) {
	binary.BigEndian.PutUint32(sum[:], crc32.Checksum(b, castagnoli))
	return sum
}
