-- Whether anything of a batch was ever claimed is asked with every signature: without this it is answered
-- by reading all slices of a batch that never was.
CREATE INDEX slice_begun ON slice (batch_id) WHERE state IN ('claimed', 'done');
