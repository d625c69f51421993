package page

import "strconv"

// The prices of DigitalOcean Spaces (docs.digitalocean.com/products/spaces/details/pricing, standard storage, 2025): a
// subscription with some storage and 1 TiB of outbound transfer for all Spaces of an account, and what is above it by the
// GiB. A price of today is theirs to tell: this is an estimate.
const (
	subscription = 500       // US cents a month
	included     = 250 << 30 // bytes
	aboveIt      = 2         // US cents a month for each GiB
)

// monthly is what so many bytes would cost a month, in US cents, if there were nothing else.
func monthly(bytes int64) int64 {
	above := max(bytes-included, 0)
	return subscription + (above*aboveIt+1<<29)>>30
}

func dollars(cents int64) string {
	return "$" + strconv.FormatInt(cents/100, 10) + "." + strconv.FormatInt(cents/10%10, 10) + strconv.FormatInt(cents%10, 10)
}
