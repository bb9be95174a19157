package observatory

import (
	"encoding/json"

	"vigie/job"
	"vigie/store"
)

// RunObject names what a run has left, as the journal does: dataset:…, "" when
// it left nothing or has not ended.
func RunObject(r store.RunRow) string {
	var said struct {
		Dataset      string   `json:"dataset"`
		Computations []string `json:"computations"`
		Effect       string   `json:"effect"`
		Delivery     string   `json:"delivery"`
		Proposal     string   `json:"proposal"`
	}
	if r.State != job.Done || len(r.Result) == 0 || json.Unmarshal(r.Result, &said) != nil {
		return ""
	}
	switch {
	case said.Dataset != "":
		return "dataset:" + said.Dataset
	case said.Delivery != "":
		return "delivery:" + said.Delivery
	case said.Proposal != "":
		return "proposal:" + said.Proposal
	case said.Effect != "":
		return "effect:" + said.Effect
	case len(said.Computations) > 0:
		return "computation:" + said.Computations[0]
	}
	return ""
}
